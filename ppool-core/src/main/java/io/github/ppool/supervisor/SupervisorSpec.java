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
 * What a supervisor does: its strategy, its bounds and its first children. An immutable value; each method returns a
 * new one. Stands for what the {@code init} call-back of OTP's {@code supervisor} returns.
 *
 * <pre>{@code
 * SupervisorSpec.restForOne("mail")
 *         .intensity(3, Duration.ofSeconds(10))
 *         .children(
 *                 ChildSpec.of("store", storeStart),
 *                 Supervisor.asChild("senders", SupervisorSpec.oneForOne("senders")))
 * }</pre>
 *
 * @param name for people: the label of the supervisor's process and part of its logger's name
 * @param strategy who is restarted with whom
 * @param intensity how many restarts in which time; OTP's default is 1 in 5 seconds
 * @param autoShutdown whether the end of significant children ends the supervisor
 * @param children the children to start, in this order; for {@link Strategy#SIMPLE_ONE_FOR_ONE} the template alone
 * @param defaults what children get that do not say it themselves
 * @param listener is told what happens
 * @param platformThread whether the supervisor's process runs on a platform thread instead of a virtual one
 * @param registeredName under which name the supervisor is registered in its process system; null means none
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

    /** OTP's intensity 1 in a period of 5 seconds. */
    public static final RestartIntensity DEFAULT_INTENSITY = new RestartIntensity(1, Duration.ofSeconds(5));

    /**
     * Checks the whole specification, so that nothing is half started: OTP's {@code check_childspecs}.
     *
     * <p>Whether each child has a start, of its own or in the defaults, is checked when the supervisor starts, before
     * its first child does: so the defaults may be given after the children.
     *
     * @throws IllegalArgumentException if an id occurs twice, a template is missing or has siblings, a significant
     *     child can't be one (without {@code autoShutdown}, or if it is permanent), or the registered name is empty
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
     * A supervisor on a virtual thread.
     *
     * @param name for people
     * @param strategy who is restarted with whom
     * @param intensity how many restarts in which time
     * @param autoShutdown whether the end of significant children ends the supervisor
     * @param children the children to start, in this order
     * @param defaults what children get that do not say it themselves
     * @param listener is told what happens
     * @throws IllegalArgumentException as above
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

    /** The last check, when nothing more is said. Throws {@link IllegalArgumentException} if a child has no start. */
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
     * A supervisor that restarts the child that ended, alone.
     *
     * @param name for people
     * @return without children, with OTP's defaults
     */
    public static SupervisorSpec oneForOne(String name) {
        return of(name, Strategy.ONE_FOR_ONE, List.of());
    }

    /**
     * A supervisor that restarts all children when one has ended.
     *
     * @param name for people
     * @return without children, with OTP's defaults
     */
    public static SupervisorSpec oneForAll(String name) {
        return of(name, Strategy.ONE_FOR_ALL, List.of());
    }

    /**
     * A supervisor that restarts the child that ended and those started after it.
     *
     * @param name for people
     * @return without children, with OTP's defaults
     */
    public static SupervisorSpec restForOne(String name) {
        return of(name, Strategy.REST_FOR_ONE, List.of());
    }

    /**
     * A supervisor whose children are all made from one template, by {@link Supervisor#startChild(Object)}.
     *
     * @param name for people
     * @param template what each child is; its start gets the argument, its id names no child
     * @return with OTP's defaults
     */
    public static SupervisorSpec simpleOneForOne(String name, ChildSpec template) {
        return of(name, Strategy.SIMPLE_ONE_FOR_ONE, List.of(template));
    }

    /**
     * Bounds the restarts by type. One more than {@code restarts} within the period makes the supervisor give up: it
     * stops its children and ends with {@code shutdown}.
     *
     * @param restarts 0 or more; with 0 the first restart is one too many
     * @param period more than zero
     * @return the new specification
     * @throws IllegalArgumentException if one of them is out of its range
     */
    public SupervisorSpec intensity(int restarts, Duration period) {
        return intensity(new RestartIntensity(restarts, period));
    }

    /**
     * Bounds the restarts by type.
     *
     * @param value how many in which time
     * @return the new specification
     */
    public SupervisorSpec intensity(RestartIntensity value) {
        return new SupervisorSpec(name, strategy, value, autoShutdown, children, defaults, listener, platformThread,
                registeredName);
    }

    /**
     * Whether the end of significant children ends the supervisor.
     *
     * @param value when
     * @return the new specification
     */
    public SupervisorSpec autoShutdown(AutoShutdown value) {
        return new SupervisorSpec(name, strategy, intensity, value, children, defaults, listener, platformThread,
                registeredName);
    }

    /**
     * The children to start, instead of those said before.
     *
     * @param specs in the order of their start
     * @return the new specification
     * @throws IllegalArgumentException see {@link SupervisorSpec}
     */
    public SupervisorSpec children(ChildSpec... specs) {
        return children(List.of(specs));
    }

    /**
     * The children to start, instead of those said before.
     *
     * @param specs in the order of their start
     * @return the new specification
     * @throws IllegalArgumentException see {@link SupervisorSpec}
     */
    public SupervisorSpec children(List<ChildSpec> specs) {
        return new SupervisorSpec(name, strategy, intensity, autoShutdown, specs, defaults, listener, platformThread,
                registeredName);
    }

    /**
     * What children get that do not say it themselves.
     *
     * @param value the defaults
     * @return the new specification
     */
    public SupervisorSpec defaultChildSpec(ChildDefaults value) {
        return new SupervisorSpec(name, strategy, intensity, autoShutdown, children, value, listener, platformThread,
                registeredName);
    }

    /**
     * Who is told what happens.
     *
     * @param value is called in the order of the events; from which thread says {@link SupervisorListener#on}
     * @return the new specification
     */
    public SupervisorSpec listener(SupervisorListener value) {
        return new SupervisorSpec(name, strategy, intensity, autoShutdown, children, defaults, value, platformThread,
                registeredName);
    }

    /**
     * Has the supervisor's process run on a platform thread, so that it can do its work while virtual threads compute
     * and leave it no carrier. Says nothing of its children.
     *
     * @return the new specification
     */
    public SupervisorSpec onPlatformThread() {
        return new SupervisorSpec(name, strategy, intensity, autoShutdown, children, defaults, listener, true,
                registeredName);
    }

    /**
     * Registers the supervisor under a name, by which {@link Supervisor#named} finds it. It has the name before its
     * first child starts, and the name is free again as soon as the supervisor is dead. A second supervisor of that
     * name is not started: it fails with {@link AlreadyStarted}. Stands for the name that
     * {@code supervisor:start_link/3} is given.
     *
     * @param value unique in the process system, not empty
     * @return the new specification
     * @throws IllegalArgumentException if the name is empty
     */
    public SupervisorSpec registered(String value) {
        return new SupervisorSpec(name, strategy, intensity, autoShutdown, children, defaults, listener, platformThread,
                Objects.requireNonNull(value, "registered name must not be null"));
    }
}
