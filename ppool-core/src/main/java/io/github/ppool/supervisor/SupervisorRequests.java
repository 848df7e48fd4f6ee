package io.github.ppool.supervisor;

import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.guard.ForeignText;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.NoProcessException;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.StartResult;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.supervisor.ChildResult.Why;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The requests to a supervisor, with OTP's answers. For children with a plan the answers are director's: a pending
 * restart is no obstacle to an immediate restart or a deletion. Belongs to the supervisor's process; {@link Supervisor}
 * is the handle for other threads.
 */
final class SupervisorRequests {

    private final RestartLogic restarts;
    private final Children children;

    SupervisorRequests(RestartLogic restarts) {
        this.restarts = restarts;
        this.children = restarts.children();
    }

    // ---- start

    ChildResult start(ChildSpec spec) {
        if (restarts.isSimple()) {
            return new ChildResult.Refused(Why.SIMPLE_ONE_FOR_ONE, null);
        }
        Child known = children.find(spec.id());
        if (known != null) {
            return new ChildResult.Refused(
                    known.pid == null ? Why.ALREADY_PRESENT : Why.ALREADY_STARTED, known.pid);
        }
        SupervisorSpec own = restarts.spec();
        SupervisorSpec.checkSignificant(own.name(), spec, own.autoShutdown(), restarts.defaults());
        return startNew(restarts.newChild(spec, null));
    }

    ChildResult startFromTemplate(Object argument) {
        if (!restarts.isSimple()) {
            throw new IllegalArgumentException("a child of " + restarts.spec().strategy() + " must be started with a"
                    + " specification, got an argument for a template: " + ForeignText.of(argument));
        }
        return startNew(restarts.newChild(restarts.spec().children().getFirst(), argument));
    }

    private ChildResult startNew(Child child) {
        StartResult result = start(child);
        if (result instanceof StartResult.Started) {
            children.add(child);
        } else if (result instanceof StartResult.Ignored) {
            children.add(child);
            restarts.forgetIfTemporary(child);
        } else if (restarts.isRestartPending(child)) {
            children.add(child);
        }
        return resultOf(child, result);
    }

    private ChildResult resultOf(Child child, StartResult result) {
        return switch (result) {
            case StartResult.Started(Pid pid, Object info) -> new ChildResult.Started(pid, info);
            case StartResult.Ignored ignored -> ChildResult.Ignored.INSTANCE;
            case StartResult.Failed later when restarts.isRestartPending(child) ->
                new ChildResult.Restarting(Objects.requireNonNull(
                        child.restartIn(restarts.server().process().clock())));
            case StartResult.Failed(ExitReason reason) -> new ChildResult.Failed(reason);
        };
    }

    ChildResult restart(String id) {
        if (restarts.isSimple()) {
            return new ChildResult.Refused(Why.SIMPLE_ONE_FOR_ONE, null);
        }
        Child child = children.find(id);
        if (child == null) {
            return new ChildResult.Refused(Why.NOT_FOUND, null);
        }
        if (child.pid != null) {
            return new ChildResult.Refused(Why.RUNNING, child.pid);
        }
        if (child.pending != null && !child.hasPlan()) {
            return new ChildResult.Refused(Why.RESTARTING, null);
        }
        ChildResult result = resultOf(child, start(child));
        return result instanceof ChildResult.Restarting ? new ChildResult.Refused(Why.RESTARTING, null) : result;
    }

    private StartResult start(Child child) {
        return restarts.startLogged(child);
    }

    // ---- terminate and delete

    ChildResult terminate(String id) {
        if (restarts.isSimple()) {
            return new ChildResult.Refused(Why.SIMPLE_ONE_FOR_ONE, null);
        }
        return terminate(children.find(id));
    }

    /**
     * As OTP: under simple_one_for_one an ended process is no child any more, and a request for its end is no error.
     */
    ChildResult terminate(Pid pid) {
        Child child = children.find(pid);
        if (child == null && restarts.isSimple()) {
            child = children.findRestarting(pid);
            if (child == null && !pid.isAlive()) {
                return ChildResult.Done.INSTANCE;
            }
        }
        return terminate(child);
    }

    private ChildResult terminate(@Nullable Child child) {
        if (child == null) {
            return new ChildResult.Refused(Why.NOT_FOUND, null);
        }
        uninterrupted(() -> {
            restarts.stop(child);
            return child;
        });
        restarts.forgetIfTemporary(child);
        return ChildResult.Done.INSTANCE;
    }

    ChildResult delete(String id) {
        if (restarts.isSimple()) {
            return new ChildResult.Refused(Why.SIMPLE_ONE_FOR_ONE, null);
        }
        Child child = children.find(id);
        if (child == null) {
            return new ChildResult.Refused(Why.NOT_FOUND, null);
        }
        if (child.pid != null) {
            return new ChildResult.Refused(Why.RUNNING, child.pid);
        }
        if (child.pending != null && !child.hasPlan()) {
            return new ChildResult.Refused(Why.RESTARTING, null);
        }
        children.remove(child);
        return ChildResult.Done.INSTANCE;
    }

    ChildResult terminateAndDelete(String id) {
        ChildResult terminated = terminate(id);
        return terminated.isOk() && children.find(id) != null ? delete(id) : terminated;
    }

    // ---- caller-runs: null says that only the supervisor itself can do it, and the call has no effect

    /** Runs a query, unless it is to be traced. */
    <T> @Nullable T tryLook(Function<SupervisorRequests, T> look) {
        return restarts.isTracing() ? null : look.apply(this);
    }

    @Nullable
    ChildResult tryStart(ChildSpec spec) {
        ChildStart start = spec.start() == null ? restarts.defaults().start() : spec.start();
        return tryStart(start, () -> start(spec));
    }

    @Nullable
    ChildResult tryStartFromTemplate(Object argument) {
        return restarts.isSimple()
                ? tryStart(restarts.template().start(), () -> startFromTemplate(argument))
                : null;
    }

    private @Nullable ChildResult tryStart(@Nullable ChildStart start, Supplier<ChildResult> work) {
        if (!(start instanceof BodyStart) || restarts.isTracing()) {
            return null;
        }
        try {
            return work.get();
        } catch (IllegalArgumentException misuse) {
            return null; // the call has had no effect; the supervisor itself reports the misuse
        }
    }

    @Nullable
    ChildResult tryTerminate(String id) {
        return restarts.isSimple() ? null : tryTerminate(children.find(id));
    }

    @Nullable
    ChildResult tryTerminate(Pid pid) {
        return tryTerminate(children.find(pid));
    }

    private @Nullable ChildResult tryTerminate(@Nullable Child child) {
        if (child == null || restarts.isTracing() || !restarts.tryStop(child)) {
            return null;
        }
        restarts.forgetIfTemporary(child);
        return ChildResult.Done.INSTANCE;
    }

    @Nullable
    ChildResult tryTerminateAndDelete(String id) {
        ChildResult terminated = tryTerminate(id);
        return terminated == null || children.find(id) == null ? terminated : delete(id);
    }

    // ---- adopt and release

    ChildResult adopt(ChildSpec spec, Pid pid) {
        if (restarts.isSimple()) {
            return new ChildResult.Refused(Why.SIMPLE_ONE_FOR_ONE, null);
        }
        Child known = children.find(spec.id());
        if (known == null) {
            known = children.find(pid);
        }
        if (known != null) {
            return new ChildResult.Refused(
                    known.pid == null ? Why.ALREADY_PRESENT : Why.ALREADY_STARTED, known.pid);
        }
        SupervisorSpec own = restarts.spec();
        SupervisorSpec.checkSignificant(own.name(), spec, own.autoShutdown(), restarts.defaults());
        ProcessContext self = restarts.server().process();
        if (pid.equals(self.self())) {
            throw new IllegalArgumentException("a supervisor must not be its own child, got: " + pid);
        }
        if (pid.equals(self.system().rootPid())) {
            throw new IllegalArgumentException("a child must be a process, got: " + pid);
        }
        if (self.system().exitReason(pid).isPresent()) {
            return new ChildResult.Failed(ExitReason.NOPROC);
        }
        Child child = restarts.newChild(spec, null);
        children.add(child);
        restarts.adopt(child, pid);
        // If the process ends before the link is made, the link itself brings the news: supervisors trap exits.
        self.link(pid);
        new GenServerRef<>(self.system(), pid).parentIs(self.self());
        return new ChildResult.Started(pid, null);
    }

    ChildResult terminateAndDelete(Pid pid) {
        Child child = children.find(pid);
        return child == null || restarts.isSimple() ? terminate(pid) : terminateAndDelete(child.spec.id());
    }

    ChildResult release(String id) {
        return release(children.find(id));
    }

    ChildResult release(Pid pid) {
        return release(children.find(pid));
    }

    private ChildResult release(@Nullable Child child) {
        if (child == null) {
            return new ChildResult.Refused(Why.NOT_FOUND, null);
        }
        if (child.pid != null) {
            restarts.server().process().unlink(children.ended(child));
        }
        children.remove(child);
        return ChildResult.Done.INSTANCE;
    }

    // ---- queries

    List<ChildInfo> whichChildren() {
        return infos(children.all());
    }

    ChildPage whichChildren(long after, int limit) {
        List<Child> page = children.after(after, limit);
        OptionalLong next = page.isEmpty() || children.isLast(page.getLast())
                ? OptionalLong.empty()
                : OptionalLong.of(page.getLast().number());
        return new ChildPage(infos(page), children.size(), next);
    }

    private List<ChildInfo> infos(List<Child> some) {
        return some.stream()
                .map(child -> child.info(
                        !restarts.isSimple(), restarts.server().process().clock()))
                .toList();
    }

    ChildCounts countChildren() {
        return children.count();
    }

    Optional<ChildSpec> spec(String id) {
        return restarts.isSimple()
                ? Optional.of(restarts.spec().children().getFirst())
                : Optional.ofNullable(children.find(id)).map(child -> child.spec);
    }

    Optional<ChildInfo> info(String id) {
        return Optional.ofNullable(children.find(id))
                .map(child -> child.info(true, restarts.server().process().clock()));
    }

    Optional<ChildSpec> spec(Pid pid) {
        return Optional.ofNullable(children.find(pid)).map(child -> child.spec);
    }

    Optional<EffectiveSpec> effectiveSpec(String id) {
        return Optional.ofNullable(children.find(id)).map(SupervisorRequests::effectiveSpec);
    }

    Optional<EffectiveSpec> effectiveSpec(Pid pid) {
        return Optional.ofNullable(children.find(pid)).map(SupervisorRequests::effectiveSpec);
    }

    private static EffectiveSpec effectiveSpec(Child child) {
        return new EffectiveSpec(
                child.spec.id(),
                child.resolved().arguments(),
                child.hasPlan() ? new RestartRule.ByPlan(child.policy()) : child.rule(),
                child.shutdown(),
                child.spec.type(),
                child.resolved().modules(),
                child.spec.isAppending(),
                child.hasPlan() ? child.planState().restartCount() : Math.max(0, child.starts - 1));
    }

    // ---- changes

    boolean changePlan(String id, RestartPlan plan) {
        Child child = children.find(id);
        if (child != null) {
            child.changePlan(plan);
        }
        return child != null;
    }

    boolean changeCount(String id, RestartCount count) {
        Child child = children.find(id);
        if (child != null) {
            child.changeCount(count);
        }
        return child != null;
    }

    ChildDefaults defaults() {
        return restarts.defaults();
    }

    ChildDefaults changeDefaults(ChildDefaults changed) {
        restarts.changeDefaults(changed);
        return changed;
    }

    boolean tracing(boolean on) {
        restarts.tracing(on);
        return on;
    }

    /** An interrupt from outside of the library ends the supervisor as any failure would. */
    private static <T> T uninterrupted(Interruptible<T> work) {
        try {
            return work.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NoProcessException("the supervisor's thread was interrupted from outside");
        }
    }

    private interface Interruptible<T> {
        T run() throws InterruptedException;
    }
}
