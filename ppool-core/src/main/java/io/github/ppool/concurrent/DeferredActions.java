package io.github.ppool.concurrent;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.time.MonotonicClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The actions that follow a locked section. The lock holder collects them, and runs them after it has released the
 * lock; so foreign code never runs under the lock. Its cost is hardly measurable for no action or one.
 *
 * <p>First come the <em>duties</em> of the owner: waking threads, sending messages, asking the supervisor. Then comes
 * foreign code: <em>calls</em> of listeners and ends of processes, and <em>stages</em> that are completed. An action
 * that throws keeps no other action from running. The end of the calling process and an error of the virtual machine go
 * on to the caller afterwards; all other failures are logged.
 *
 * <p>Foreign code may block. It delays only the thread that runs it, and the calls that this thread would make next:
 * duties run before, each stage after the first is completed by a thread of its own, and the threads of timers and
 * supervisors run no foreign code.
 *
 * <p>Not thread-safe: one thread collects and runs.
 */
public final class DeferredActions {

    private static final GuardedLog LOG = GuardedLog.of(DeferredActions.class);

    /** The threads for actions that must not run on the calling thread. */
    public interface Executors {
        /**
         * The owner of the lock, for the log.
         *
         * @return the beginning of a sentence
         */
        String owner();

        /**
         * The clock of the owner, which hands work to other threads.
         *
         * @return the clock
         */
        MonotonicClock clock();

        /**
         * Runs calls of foreign code.
         *
         * @return the executor
         */
        Executor forCalls();

        /**
         * Completes stages; their dependents are foreign code.
         *
         * @return the executor
         */
        Executor forStages();
    }

    private @Nullable Runnable duty;
    private @Nullable List<Runnable> moreDuties;
    private @Nullable Runnable call;
    private @Nullable List<Runnable> moreCalls;
    private @Nullable Runnable stage;
    private @Nullable List<Runnable> moreStages;
    private @Nullable Throwable goesOn;
    private boolean hasRunForeignCode;

    /** No actions yet. */
    public DeferredActions() {}

    /**
     * Adds a duty, which calls no foreign code and does not block.
     *
     * @param action the duty
     */
    public void add(Runnable action) {
        if (duty == null) {
            duty = action;
        } else {
            moreDuties = with(moreDuties, action);
        }
    }

    /**
     * Adds a call of foreign code.
     *
     * @param action the call
     */
    public void call(Runnable action) {
        if (call == null) {
            call = action;
        } else {
            moreCalls = with(moreCalls, action);
        }
    }

    /**
     * Adds the completion of a stage.
     *
     * @param action completes it
     */
    public void complete(Runnable action) {
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

    /**
     * Whether {@link #run} will run foreign code.
     *
     * @return whether it will
     */
    public boolean callsForeignCode() {
        return call != null || stage != null;
    }

    /**
     * Runs all actions; then none is left. The caller holds no lock.
     *
     * @param executors run the stages after the first
     */
    public void run(Executors executors) {
        runDuties();
        if (callsForeignCode()) {
            runForeign(executors);
        }
        goOn();
    }

    /**
     * As {@link #run}, on a thread on which others depend, such as a timer's or a supervisor's. Actions with foreign
     * code are handed to other threads.
     *
     * @param executors run the foreign code
     */
    public void runWithoutForeignCode(Executors executors) {
        runDuties();
        Executor others = executors.forStages();
        DeferredActions calls = new DeferredActions();
        calls.call = call;
        calls.moreCalls = moreCalls;
        call = null;
        moreCalls = null;
        if (calls.call != null) {
            handOff(executors, executors.forCalls(), () -> calls.run(executors));
        }
        Runnable firstStage = stage;
        if (firstStage != null) {
            stage = null;
            handOff(executors, others, firstStage);
            completeMore(executors, others);
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

    /**
     * Whether this has run foreign code since the last call of this method.
     *
     * @return whether it has
     */
    public boolean hasRunForeignCode() {
        boolean has = hasRunForeignCode;
        hasRunForeignCode = false;
        return has;
    }

    private void runForeign(Executors executors) {
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
                completeMore(executors, executors.forStages());
            }
            ForeignCode.run(executors, firstStage::run);
        }
    }

    private void completeMore(Executors executors, Executor others) {
        List<Runnable> more = moreStages;
        moreStages = null;
        if (more != null) {
            more.forEach(action -> handOff(executors, others, action));
        }
    }

    /** If no other thread is to be had, the calling thread runs the action. */
    @SuppressWarnings("CatchingUnchecked") // an executor has no memory for a thread, say
    private void handOff(Executors executors, Executor others, Runnable action) {
        try {
            executors.clock().handOff(others, action);
        } catch (Throwable thrown) {
            LOG.error("{} could not hand work to another thread", executors.owner(), thrown);
            ForeignCode.run(executors, action::run);
        }
    }

    private void runAll(@Nullable List<Runnable> actions) {
        if (actions != null) {
            actions.forEach(this::run);
        }
    }

    @SuppressWarnings("CatchingUnchecked") // the other actions have to be done after each failure
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
