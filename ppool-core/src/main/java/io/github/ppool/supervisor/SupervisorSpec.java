package io.github.ppool.supervisor;

import io.github.ppool.guard.ForeignText;
import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The specification of a supervisor: its strategy, its limits and its first children. An immutable value; each method
 * returns a new one. Stands for the value that the {@code init} call-back of OTP's {@code supervisor} returns.
 * <pre>{@code
 * SupervisorSpec.restForOne("mail")
 *         .intensity(3, Duration.ofSeconds(10))
 *         .children(
 *                 ChildSpec.of("store", storeStart),
 *                 ChildSpec.supervisor("senders", SupervisorSpec.oneForOne("senders")))
 * }</pre>
 *
 * @param name a name for people: the label of the supervisor's process and part of its logger's name
 * @param strategy selects the children that are restarted together
 * @param intensity the limit of restarts; OTP's default is 1 in 5 seconds
 * @param autoShutdown the rule by which ends of significant children end the supervisor
 * @param children the first children, in the order of their starts; for {@link Strategy#SIMPLE_ONE_FOR_ONE} the
 *     template alone
 * @param defaults the defaults for children
 * @param listener is told of the events
 * @param platformThread true for a platform thread instead of a virtual one for the supervisor's process
 * @param registeredName the name of the supervisor in its process system; null means none
 */
public record SupervisorSpec(
        String name,
        Strategy strategy,
        RestartIntensity intensity,
        AutoShutdown autoShutdown,
        List<ChildSpec> children,
        ChildDefaults defaults,
        SupervisorListener listener,
        boolean platformThread,
        @Nullable String registeredName) {

    /** OTP's default: 1 restart in 5 seconds. */
    public static final RestartIntensity DEFAULT_INTENSITY = new RestartIntensity(1, Duration.ofSeconds(5));

    /**
     * Checks the whole specification before a child is started: OTP's {@code check_childspecs}.
     *
     * <p>The starts are checked later, when the supervisor starts and before its first child does, so the defaults may
     * be set after the children.
     *
     * @throws IllegalArgumentException if an id occurs twice, if a template is missing or has siblings, or if the
     *     registered name is empty. Also if a significant child is permanent, or there is no {@code autoShutdown} for
     *     it
     */
    public SupervisorSpec {
        Objects.requireNonNull(name, "name must not be null");
        Objects.requireNonNull(strategy, "strategy must not be null");
        Objects.requireNonNull(intensity, "intensity must not be null");
        Objects.requireNonNull(autoShutdown, "autoShutdown must not be null");
        Objects.requireNonNull(defaults, "defaults must not be null");
        Objects.requireNonNull(listener, "listener must not be null");
        children = List.copyOf(children);
        if (registeredName != null && registeredName.isEmpty()) {
            throw new IllegalArgumentException(
                    "supervisor '" + ForeignText.of(name) + "': registered name must not be empty");
        }
        if (strategy == Strategy.SIMPLE_ONE_FOR_ONE && children.size() != 1) {
            throw new IllegalArgumentException("supervisor '" + ForeignText.of(name)
                    + "': simple_one_for_one must have exactly one child specification, its template, got: "
                    + children.size());
        }
        Set<String> ids = new HashSet<>();
        for (ChildSpec child : children) {
            if (!ids.add(child.id())) {
                throw new IllegalArgumentException(
                        "supervisor '" + ForeignText.of(name) + "': child ids must be unique, got twice: '"
                                + ForeignText.of(child.id()) + "'");
            }
            checkSignificant(name, child, autoShutdown, defaults);
        }
    }

    /**
     * Makes a supervisor on a virtual thread.
     *
     * @param name a name for people
     * @param strategy selects the children that are restarted together
     * @param intensity the limit of restarts
     * @param autoShutdown the rule by which ends of significant children end the supervisor
     * @param children the first children, in the order of their starts
     * @param defaults the defaults for children
     * @param listener is told of the events
     * @throws IllegalArgumentException see the other constructor
     */
    public SupervisorSpec(
            String name,
            Strategy strategy,
            RestartIntensity intensity,
            AutoShutdown autoShutdown,
            List<ChildSpec> children,
            ChildDefaults defaults,
            SupervisorListener listener) {
        this(name, strategy, intensity, autoShutdown, children, defaults, listener, false, null);
    }

    /** The last check, on a complete specification. Throws {@link IllegalArgumentException} if a child has no start. */
    void checkStarts() {
        for (ChildSpec child : children) {
            var unused = child.start(defaults, "supervisor '" + ForeignText.of(name) + "': ");
        }
    }

    static void checkSignificant(String name, ChildSpec child, AutoShutdown autoShutdown, ChildDefaults defaults) {
        if (!child.isSignificant()) {
            return;
        }
        if (autoShutdown == AutoShutdown.NEVER) {
            throw new IllegalArgumentException(
                    "supervisor '" + ForeignText.of(name) + "': child '" + ForeignText.of(child.id())
                            + "' must not be significant while auto-shutdown is never");
        }
        if (child.restartRule(defaults) instanceof RestartRule.ByType(RestartType type)
                && type == RestartType.PERMANENT) {
            throw new IllegalArgumentException(
                    "supervisor '" + ForeignText.of(name) + "': child '" + ForeignText.of(child.id())
                            + "' must not be both significant and permanent: it never ends by itself for good");
        }
    }

    private static SupervisorSpec of(String name, Strategy strategy, List<ChildSpec> children) {
        return new SupervisorSpec(
                name,
                strategy,
                DEFAULT_INTENSITY,
                AutoShutdown.NEVER,
                children,
                ChildDefaults.NONE,
                SupervisorListener.NONE,
                false,
                null);
    }

    /**
     * Makes a supervisor that restarts an ended child alone.
     *
     * @param name a name for people
     * @return a specification without children, with OTP's defaults
     */
    public static SupervisorSpec oneForOne(String name) {
        return of(name, Strategy.ONE_FOR_ONE, List.of());
    }

    /**
     * Makes a supervisor that restarts all children when one has ended.
     *
     * @param name a name for people
     * @return a specification without children, with OTP's defaults
     */
    public static SupervisorSpec oneForAll(String name) {
        return of(name, Strategy.ONE_FOR_ALL, List.of());
    }

    /**
     * Makes a supervisor that restarts an ended child and the children that were started after it.
     *
     * @param name a name for people
     * @return a specification without children, with OTP's defaults
     */
    public static SupervisorSpec restForOne(String name) {
        return of(name, Strategy.REST_FOR_ONE, List.of());
    }

    /**
     * Makes a supervisor whose children all come from one template, see {@link Supervisor#startChild(Object)}.
     *
     * @param name a name for people
     * @param template the specification of each child; its start gets the argument, its id names no child
     * @return a specification with OTP's defaults
     */
    public static SupervisorSpec simpleOneForOne(String name, ChildSpec template) {
        return of(name, Strategy.SIMPLE_ONE_FOR_ONE, List.of(template));
    }

    /**
     * Limits the restarts by type. One more than {@code restarts} within the period makes the supervisor give up: it
     * stops its children and ends with {@code shutdown}.
     *
     * @param restarts 0 or more; 0 gives up at the first restart
     * @param period more than zero
     * @return the new specification
     * @throws IllegalArgumentException if one of them is out of its range
     */
    public SupervisorSpec intensity(int restarts, Duration period) {
        return intensity(new RestartIntensity(restarts, period));
    }

    /**
     * Limits the restarts by type.
     *
     * @param value the limit and its period
     * @return the new specification
     */
    public SupervisorSpec intensity(RestartIntensity value) {
        return new SupervisorSpec(name, strategy, value, autoShutdown, children, defaults, listener, platformThread,
                registeredName);
    }

    /**
     * Sets the rule by which ends of significant children end the supervisor.
     *
     * @param value the rule
     * @return the new specification
     */
    public SupervisorSpec autoShutdown(AutoShutdown value) {
        return new SupervisorSpec(name, strategy, intensity, value, children, defaults, listener, platformThread,
                registeredName);
    }

    /**
     * Sets the first children, in place of those set before.
     *
     * @param specs in the order of their starts
     * @return the new specification
     * @throws IllegalArgumentException see {@link SupervisorSpec}
     */
    public SupervisorSpec children(ChildSpec... specs) {
        return children(List.of(specs));
    }

    /**
     * Sets the first children, in place of those set before.
     *
     * @param specs in the order of their starts
     * @return the new specification
     * @throws IllegalArgumentException see {@link SupervisorSpec}
     */
    public SupervisorSpec children(List<ChildSpec> specs) {
        return new SupervisorSpec(name, strategy, intensity, autoShutdown, specs, defaults, listener, platformThread,
                registeredName);
    }

    /**
     * Sets the defaults for children.
     *
     * @param value the defaults
     * @return the new specification
     */
    public SupervisorSpec defaultChildSpec(ChildDefaults value) {
        return new SupervisorSpec(name, strategy, intensity, autoShutdown, children, value, listener, platformThread,
                registeredName);
    }

    /**
     * Sets the listener.
     *
     * @param value called in the order of the events; for its thread see {@link SupervisorListener#on}
     * @return the new specification
     */
    public SupervisorSpec listener(SupervisorListener value) {
        return new SupervisorSpec(name, strategy, intensity, autoShutdown, children, defaults, value, platformThread,
                registeredName);
    }

    /**
     * Runs the supervisor's process on a platform thread, so that it can work while virtual threads compute and leave
     * it no carrier. Children are not concerned.
     *
     * @return the new specification
     */
    public SupervisorSpec onPlatformThread() {
        return new SupervisorSpec(name, strategy, intensity, autoShutdown, children, defaults, listener, true,
                registeredName);
    }

    /**
     * Registers the supervisor under a name, for {@link Supervisor#named}. The supervisor has the name before its first
     * child starts. The name is free again as soon as the supervisor is dead. The start of a second supervisor of that
     * name fails with {@link AlreadyStarted}. Stands for the name argument of {@code supervisor:start_link/3}.
     *
     * @param value the name, unique in the process system and not empty
     * @return the new specification
     * @throws IllegalArgumentException if the name is empty
     */
    public SupervisorSpec registered(String value) {
        return new SupervisorSpec(name, strategy, intensity, autoShutdown, children, defaults, listener, platformThread,
                Objects.requireNonNull(value, "registered name must not be null"));
    }
}
