package io.github.ppool.supervisor;

import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.genserver.ServerContext;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.StartLaterException;
import io.github.ppool.process.StartResult;
import io.github.ppool.restart.Backoff;
import io.github.ppool.restart.Decision;
import io.github.ppool.restart.RestartType;
import io.github.ppool.restart.RestartWindow;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Starts, stops and restarts children, and decides about ended ones. Belongs to the supervisor's process, as does
 * its whole state.
 *
 * <p>A rule decides about each end: the restart type of the child, which OTP bounds by intensity and period for all
 * children together, or its plan, which is bounded by its own count. In both cases the strategy selects the children
 * that are restarted with it. A restart that fails is tried again by a message of the supervisor to itself, so the
 * supervisor answers other requests between two tries. For a type the new try counts against the intensity like any
 * other; for a plan it takes the next element.
 */
final class RestartLogic {

    /** The number of successive times that a start may ask for a pause shorter than the shortest one. */
    private static final int FREE_ASKS = 10;
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Backoff IMPOSED = Backoff.between(SHORTEST_PAUSE, Duration.ofSeconds(30));

    private final ServerContext server;
    private final SupervisorSpec spec;
    private final Children children;
    private final RestartWindow window;
    private final ChildStopper stopper;
    private final SupervisorReports reports;
    private final GenServerRef<?, ?, RestartDue> self;
    private ChildDefaults defaults;
    private @Nullable ResolvedSpec template; // one for all children of a template, of which there may be a million
    private boolean tracing;
    private boolean ending;

    RestartLogic(ServerContext server, SupervisorSpec spec) {
        this.server = server;
        this.spec = spec;
        this.children = new Children(!isSimple(spec));
        this.window = spec.intensity().newWindow();
        this.stopper = new ChildStopper(server.process());
        this.reports = new SupervisorReports(
                server.self(), spec.name(), spec.listener(), server.process().clock());
        this.self = new GenServerRef<>(server.process().system(), server.self());
        this.defaults = spec.defaults();
    }

    private static boolean isSimple(SupervisorSpec spec) {
        return spec.strategy() == Strategy.SIMPLE_ONE_FOR_ONE;
    }

    boolean isSimple() {
        return isSimple(spec);
    }

    SupervisorSpec spec() {
        return spec;
    }

    Children children() {
        return children;
    }

    SupervisorReports reports() {
        return reports;
    }

    ServerContext server() {
        return server;
    }

    ChildDefaults defaults() {
        return defaults;
    }

    void changeDefaults(ChildDefaults changed) {
        List<Child> all = children.all();
        // A specification that contradicts the defaults, the template's included, throws here, before the children are
        // changed.
        List<ResolvedSpec> resolvedSpecs = isSimple()
                ? Collections.nCopies(all.size(), ResolvedSpec.of(spec.children().getFirst(), changed))
                : all.stream().map(child -> ResolvedSpec.of(child.spec, changed)).toList();
        defaults = changed;
        template = null;
        for (int index = 0; index < all.size(); index++) {
            all.get(index).resolve(resolvedSpecs.get(index));
        }
    }

    void tracing(boolean on) {
        tracing = on;
    }

    boolean isTracing() {
        return tracing;
    }

    /** Writes a line of the trace. The caller has checked {@link #isTracing}. */
    void trace(String what, @Nullable Object by, @Nullable Object outcome) {
        reports.trace(what, by, outcome);
    }

    /** Traces an action that no caller has requested. */
    private void trace(String what, Child child, @Nullable Object by, @Nullable Object outcome) {
        if (tracing) {
            reports.trace(what + " " + child.spec.id(), by, outcome);
        }
    }

    Child newChild(ChildSpec childSpec, @Nullable Object argument) {
        return new Child(childSpec, argument, isSimple() ? template() : ResolvedSpec.of(childSpec, defaults));
    }

    /** Returns the template with the defaults. */
    ResolvedSpec template() {
        ResolvedSpec known = template;
        if (known == null) {
            known = ResolvedSpec.of(spec.children().getFirst(), defaults);
            template = known;
        }
        return known;
    }

    // ---- the beginning and the end

    void startFirstChildren() throws Exception {
        if (isSimple()) {
            return;
        }
        for (ChildSpec childSpec : spec.children()) {
            Child child = newChild(childSpec, null);
            children.add(child);
            switch (startLogged(child)) {
                case StartResult.Started started -> {}
                case StartResult.Ignored ignored -> forgetIfTemporary(child);
                case StartResult.Failed later when isRestartPending(child) -> {}
                case StartResult.Failed(ExitReason reason) -> {
                    stopAllChildren();
                    server.stop(ExitReason.shutdown(new FailedToStartChild(childSpec.id(), reason)));
                    return;
                }
            }
        }
    }

    void stopAllChildren() throws InterruptedException {
        List<Child> all = children.all();
        all.forEach(children::cancelRestart);
        if (isSimple()) {
            List<Pid> pids = new ArrayList<>();
            all.forEach(child -> {
                if (child.pid != null) {
                    pids.add(child.pid);
                }
            });
            stopper.stopAll(pids, spec.children().getFirst().shutdown(defaults));
            reports.stoppedTogether(all, this::endedWith);
            all.forEach(child -> {
                if (child.pid != null) {
                    children.ended(child);
                }
            });
            return;
        }
        for (Child child : all.reversed()) {
            stop(child);
        }
    }

    private ExitReason endedWith(Pid pid) {
        return server.process().system().exitReason(pid).orElse(ExitReason.KILLED);
    }

    private void end(ExitReason reason) {
        ending = true;
        server.stop(reason);
    }

    // ---- one child

    /**
     * Starts a child that does not run. Any exception of its start is its failure, which is logged. A start that
     * asks for a later try leaves a pending restart, see {@link #isRestartPending}.
     */
    StartResult startLogged(Child child) {
        StartResult result = start(child);
        if (result instanceof StartResult.Failed(ExitReason reason) && !isRestartPending(child)) {
            reports.failureFollowedByNothing(child, reason);
        }
        return result;
    }

    /**
     * As {@link #startLogged}, but does not log the failure, because the consequence belongs to the same line of the
     * log.
     */
    @SuppressWarnings("CatchingUnchecked") // a class that can't be loaded must not end the supervisor
    StartResult start(Child child) {
        int asks = child.asks();
        children.cancelRestart(child);
        ChildStart start = child.resolved().start();
        StartResult result;
        try {
            result = switch (start) {
                case BodyStart body -> body.start(server.process(), child.argument);
                case SupervisorStart below -> {
                    SupervisorListener beside = reports.below(child);
                    yield checked(ForeignCode.ask(() -> below.start(server.process(), beside)));
                }
                default -> checked(ForeignCode.ask(() -> start.start(server.process(), child.argument)));
            };
        } catch (ProcessExit exit) {
            if (!server.self().isAlive()) {
                throw exit;
            }
            result = new StartResult.Failed(exit.reason());
        } catch (Throwable thrown) {
            result = new StartResult.Failed(ExitReason.failure(thrown));
        }
        switch (result) {
            case StartResult.Started(Pid pid, Object info) -> {
                adopt(child, pid);
                if (!(start instanceof BodyStart)) {
                    checkLinked(child, pid);
                }
            }
            case StartResult.Ignored ignored -> {}
            case StartResult.Failed(ExitReason reason) -> {
                if (reason instanceof ExitReason.Failure(StartLaterException later)) {
                    startLater(child, later.delay(), asks + 1);
                } else {
                    reports.startFailed(child, reason);
                }
            }
        }
        return result;
    }

    /** True if the start that has just failed has asked for a later try. */
    boolean isRestartPending(Child child) {
        return child.pending != null;
    }

    /** A start that asks for negligible pauses again and again must not keep the supervisor busy. */
    private void startLater(Child child, Duration asked, int asks) {
        boolean imposed = asks > FREE_ASKS && asked.compareTo(SHORTEST_PAUSE) < 0;
        Duration delay = imposed ? IMPOSED.delay(asks - FREE_ASKS - 1, ThreadLocalRandom.current()) : asked;
        scheduleRestart(child, delay, asked.compareTo(SHORTEST_PAUSE) < 0 ? asks : 1);
        reports.startLater(child, delay, imposed, asks);
    }

    /** Refuses results that a start must not return; a start is foreign code. */
    private StartResult checked(@Nullable StartResult result) {
        if (result == null) {
            throw new NullPointerException("a child's start must not return null");
        }
        if (result instanceof StartResult.Started(Pid pid, Object info)) {
            ProcessSystem system = server.process().system();
            if (pid == null || pid.equals(server.self()) || pid.equals(system.rootPid())) {
                throw new IllegalStateException("a child's start must return another process, got: " + pid);
            }
            var unused = system.exitReason(pid); // refuses a process of another system
        }
        return result;
    }

    void adopt(Child child, Pid pid) {
        child.startedAtNanos = server.process().clock().nanoTime();
        child.starts++;
        if (child.isOfType(RestartType.TEMPORARY)) {
            child.argument = null; // as OTP: the child is never started again, and there may be very many
        }
        children.runs(child, pid);
        reports.started(child, pid);
    }

    /** The link that the child's start has made tells the supervisor of the child's end. */
    private void checkLinked(Child child, Pid pid) {
        if (!server.process().isLinked(pid)) {
            children.isNotLinked(pid);
            if (pid.isAlive()) {
                reports.notLinked(child, pid);
            }
        }
    }

    /** Stops a child if it runs, and cancels a pending restart. */
    void stop(Child child) throws InterruptedException {
        children.cancelRestart(child);
        if (child.pid != null) {
            stopped(child, stopper.stop(child.pid, child.shutdown()));
        }
    }

    /** Stops a running child if that needs no wait. False if it does; then the call has no effect. */
    boolean tryStop(Child child) {
        ExitReason reason = child.pid == null ? null : stopper.tryStop(child.pid, child.shutdown());
        if (reason == null) {
            return false;
        }
        stopped(child, reason);
        return true;
    }

    private void stopped(Child child, ExitReason reason) {
        child.lastExit = reason;
        reports.stopped(child, children.ended(child), reason);
    }

    /** Forgets a temporary child, or one of a template, that does not run. */
    void forgetIfTemporary(Child child) {
        if (isSimple() || child.isOfType(RestartType.TEMPORARY)) {
            children.remove(child);
        }
    }

    // ---- ended children

    void exited(Pid pid, ExitReason reason) throws InterruptedException {
        Child child = children.find(pid);
        if (child == null) {
            return; // stopped by the supervisor itself, released, or never a child
        }
        children.ended(child);
        child.lastExit = reason;
        reports.exited(child, pid, reason);
        trace("exit of", child, pid, reason);
        switch (child.rule()) {
            case RestartRule.ByType(RestartType type) -> {
                if (type.restartsAfter(reason)) {
                    boolean allowed = window.allows(server.process().clock().nanoTime());
                    if (allowed) {
                        reports.endFollowedBy(child, pid, reason, Decision.restartNow());
                    } else {
                        reports.endFollowedBy(child, pid, reason,
                                "stays down: its supervisor ends (reached_max_restart_intensity)");
                    }
                    restartIfAllowed(child, allowed);
                } else {
                    reports.endFollowedBy(child, pid, reason, "stays down: its restart type is " + type);
                    forgetIfTemporary(child);
                    autoShutdown(child);
                }
            }
            case RestartRule.ByPlan plan -> {
                Decision decision = child.planState()
                        .next(reason, server.process().clock().nanoTime(), child.startedAtNanos,
                                ThreadLocalRandom.current());
                reports.endFollowedBy(child, pid, reason, decision);
                follow(child, decision, false);
            }
        }
    }

    /** The time of a pending restart has come. */
    void due(Child child, Child.PendingRestart pending) throws InterruptedException {
        if (child.pending != pending) {
            return; // obsolete: the child was started, terminated or deleted in the meantime
        }
        trace("restart due:", child, null, null);
        if (pending.isStartLater()) {
            retryStart(child);
            return;
        }
        children.cancelRestart(child);
        if (child.hasPlan()) {
            restartByStrategy(child);
        } else {
            restartWithinIntensity(child);
        }
    }

    /** Starts the child alone: no other child is restarted for it. A failure is now one of a restart. */
    private void retryStart(Child child) throws InterruptedException {
        switch (start(child)) {
            case StartResult.Started started -> {}
            case StartResult.Ignored ignored -> forgetIfTemporary(child);
            case StartResult.Failed later when isRestartPending(child) -> {}
            case StartResult.Failed(ExitReason reason) when child.isOfType(RestartType.TEMPORARY) -> {
                reports.failureFollowedByNothing(child, reason);
                forgetIfTemporary(child);
                autoShutdown(child);
            }
            case StartResult.Failed(ExitReason reason) -> restartFailed(child, reason);
        }
    }

    private void restartWithinIntensity(Child child) throws InterruptedException {
        restartIfAllowed(child, window.allows(server.process().clock().nanoTime()));
    }

    private void restartIfAllowed(Child child, boolean allowed) throws InterruptedException {
        if (allowed) {
            restartByStrategy(child);
        } else {
            forgetIfTemporary(child);
            reports.gaveUp(child, "reached_max_restart_intensity", ExitReason.SHUTDOWN);
            end(ExitReason.SHUTDOWN);
        }
    }

    private void follow(Child child, Decision decision, boolean afterFailedStart) throws InterruptedException {
        trace("plan of", child, null, decision);
        switch (decision) {
            case Decision.RestartNow now -> {
                if (afterFailedStart) {
                    tryAgain(child);
                } else {
                    restartByStrategy(child);
                }
            }
            case Decision.RestartAfter(Duration delay, boolean imposed) -> {
                scheduleRestart(child, delay, 0);
                reports.restartScheduled(child, delay, imposed);
            }
            case Decision.Wait wait -> {
                if (isSimple()) {
                    children.remove(child); // the child has no id by which a request could restart it
                }
                autoShutdown(child);
            }
            case Decision.Delete delete -> {
                children.remove(child);
                autoShutdown(child);
            }
            case Decision.Stop(ExitReason reason) -> giveUp(child, decision, reason);
            case Decision.ReachedMaxRestartPlan(ExitReason reason) -> giveUp(child, decision, reason);
            case Decision.EmptyPlan(ExitReason reason) -> giveUp(child, decision, reason);
            case Decision.FunctionFailed(ExitReason reason) -> giveUp(child, decision, reason);
        }
    }

    private void giveUp(Child child, Decision decision, ExitReason reason) {
        reports.gaveUp(child, decision.toString(), reason);
        end(reason);
    }

    private void tryAgain(Child child) {
        Child.PendingRestart pending = new Child.PendingRestart(server.process().clock().nanoTime());
        children.scheduleRestart(child, pending);
        self.cast(new RestartDue(child, pending));
    }

    private void scheduleRestart(Child child, Duration delay, int asks) {
        MonotonicClock clock = server.process().clock();
        Child.PendingRestart pending = new Child.PendingRestart(clock.deadlineAfter(delay), asks);
        children.scheduleRestart(child, pending);
        pending.remindedBy(clock.schedule(delay, () -> self.cast(new RestartDue(child, pending))));
    }

    // ---- the strategy

    private void restartByStrategy(Child child) throws InterruptedException {
        List<Child> group = switch (spec.strategy()) {
            case ONE_FOR_ONE, SIMPLE_ONE_FOR_ONE -> List.of(child);
            case REST_FOR_ONE -> children.from(child);
            case ONE_FOR_ALL -> children.all();
        };
        for (Child member : group.reversed()) {
            stop(member);
            if (member != child) {
                forgetIfTemporary(member);
            }
        }
        for (Child member : group) {
            if (member != child && member.isOfType(RestartType.TEMPORARY)) {
                continue;
            }
            switch (start(member)) {
                case StartResult.Started started -> {}
                case StartResult.Ignored ignored -> forgetIfTemporary(member);
                case StartResult.Failed later when isRestartPending(member) -> {}
                case StartResult.Failed(ExitReason reason) -> {
                    restartFailed(member, reason);
                    if (member.pending != null || ending) {
                        return;
                    }
                }
            }
        }
    }

    /**
     * Handles a failed restart. The children after the failed one stay down until its next try brings them along. If
     * its plan has no next try (wait or delete), they must not wait for it.
     */
    private void restartFailed(Child child, ExitReason reason) throws InterruptedException {
        if (child.hasPlan()) {
            Decision decision = child.planState().nextAfterFailedStart(reason, ThreadLocalRandom.current());
            reports.failureFollowedBy(child, reason, decision);
            follow(child, decision, true);
        } else {
            reports.failureFollowedBy(child, reason, Decision.restartNow());
            tryAgain(child);
        }
    }

    private void autoShutdown(Child ended) {
        if (!ended.spec.isSignificant()) {
            return;
        }
        boolean shutDown = switch (spec.autoShutdown()) {
            case NEVER -> false;
            case ANY_SIGNIFICANT -> true;
            case ALL_SIGNIFICANT -> !children.isAnySignificantLeft();
        };
        if (shutDown) {
            reports.autoShutdown(ended);
            end(ExitReason.SHUTDOWN);
        }
    }
}
