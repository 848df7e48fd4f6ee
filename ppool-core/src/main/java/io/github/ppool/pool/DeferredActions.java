package io.github.ppool.pool;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.process.ProcessExit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done once the engine's lock is released. Collected under the lock, run without it by the thread that
 * held it; so foreign code never runs under the lock. Costs next to nothing where there is nothing to do, or one thing.
 *
 * <p>First come the engine's own <em>duties</em>: waking threads, sending messages, asking the supervisor. Then what
 * runs foreign code: <em>calls</em> of listeners and ends of processes, and <em>stages</em> that are completed.
 * Whatever one of them throws keeps no other from being done. The end of the calling process and an error of the
 * virtual machine go on to the caller afterwards; all else is logged.
 *
 * <p>Foreign code may block. It holds up nobody but the thread that runs it and what that thread would have told next:
 * duties are done before, every stage after the first is completed by a thread of its own, and the threads of timers
 * and supervisors run none of it.
 */
final class DeferredActions {

    private static final GuardedLog LOG = GuardedLog.of(DeferredActions.class);

    private @Nullable Runnable duty;
    private @Nullable List<Runnable> moreDuties;
    private @Nullable Runnable call;
    private @Nullable List<Runnable> moreCalls;
    private @Nullable Runnable stage;
    private @Nullable List<Runnable> moreStages;
    private @Nullable Throwable goesOn;
    private boolean hasRunForeignCode;

    /** A duty of the engine, which calls no foreign code and does not block. */
    void add(Runnable action) {
        if (duty == null) {
            duty = action;
        } else {
            moreDuties = with(moreDuties, action);
        }
    }

    /** Calls foreign code. */
    void call(Runnable action) {
        if (call == null) {
            call = action;
        } else {
            moreCalls = with(moreCalls, action);
        }
    }

    /** Completes a stage. */
    void complete(Runnable action) {
        if (stage == null) {
            stage = action;
        } else {
            moreStages = with(moreStages, action);
        }
    }

    private static List<Runnable> with(@Nullable List<Runnable> list, Runnable action) {
        List<Runnable> grown = list == null ? new ArrayList<>(4) : list;
        grown.add(action);
        return grown;
    }

    /** Whether {@link #run} will run foreign code. */
    boolean callsForeignCode() {
        return call != null || stage != null;
    }

    /** All of it; then there is nothing left to do. */
    void run(PoolEngine<?> engine) {
        runDuties();
        if (callsForeignCode()) {
            runForeign(engine);
        }
        goOn();
    }

    /**
     * As {@link #run}, on a thread that others depend on, a timer's or a supervisor's: what runs foreign code is handed
     * to other threads.
     */
    void runWithoutForeignCode(PoolEngine<?> engine) {
        runDuties();
        Executor others = engine.otherThreads();
        DeferredActions calls = new DeferredActions();
        calls.call = call;
        calls.moreCalls = moreCalls;
        call = null;
        moreCalls = null;
        if (calls.call != null) {
            handOff(engine, engine.bookkeepers(), () -> calls.run(engine));
        }
        Runnable firstStage = stage;
        if (firstStage != null) {
            stage = null;
            handOff(engine, others, firstStage);
            completeMore(engine, others);
        }
        goOn();
    }

    private void runDuties() {
        Runnable first = duty;
        if (first != null) {
            List<Runnable> more = moreDuties;
            duty = null;
            moreDuties = null;
            run(first);
            runAll(more);
        }
    }

    /** Since the last time that this was asked. */
    boolean hasRunForeignCode() {
        boolean has = hasRunForeignCode;
        hasRunForeignCode = false;
        return has;
    }

    private void runForeign(PoolEngine<?> engine) {
        hasRunForeignCode = true;
        Runnable firstCall = call;
        if (firstCall != null) {
            List<Runnable> more = moreCalls;
            call = null;
            moreCalls = null;
            run(firstCall);
            runAll(more);
        }
        Runnable firstStage = stage;
        if (firstStage != null) {
            stage = null;
            if (moreStages != null) {
                completeMore(engine, engine.otherThreads());
            }
            ForeignCode.run(engine, firstStage::run);
        }
    }

    private void completeMore(PoolEngine<?> engine, Executor others) {
        List<Runnable> more = moreStages;
        moreStages = null;
        if (more != null) {
            more.forEach(action -> handOff(engine, others, action));
        }
    }

    /** If there is no other thread to be had, this one has to do it. */
    @SuppressWarnings("CatchingUnchecked") // an executor has no memory for a thread, say
    private void handOff(PoolEngine<?> engine, Executor others, Runnable action) {
        try {
            engine.clock().handOff(others, action);
        } catch (Throwable thrown) {
            LOG.error("Pool '{}' could not hand work to another thread", engine.name(), thrown);
            ForeignCode.run(engine, action::run);
        }
    }

    private void runAll(@Nullable List<Runnable> actions) {
        if (actions != null) {
            actions.forEach(this::run);
        }
    }

    @SuppressWarnings("CatchingUnchecked") // the others have to be done whatever happens
    private void run(Runnable action) {
        try {
            action.run();
        } catch (Throwable thrown) {
            if (thrown instanceof ProcessExit || thrown instanceof VirtualMachineError) {
                goesOn = goesOn == null ? thrown : goesOn;
            } else {
                LOG.error("What a pool had to do has failed", thrown);
            }
        }
    }

    private void goOn() {
        Throwable thrown = goesOn;
        if (thrown != null) {
            goesOn = null;
            if (thrown instanceof ProcessExit exit) {
                throw exit;
            }
            throw (Error) thrown;
        }
    }
}
