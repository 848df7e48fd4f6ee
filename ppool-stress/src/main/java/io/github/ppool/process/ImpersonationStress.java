package io.github.ppool.process;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** {@link Impersonation}: threads that run as a process, beside the process's own thread, messages and ends. */
final class ImpersonationStress {

    private ImpersonationStress() {}

    /** The state of the process: plain fields. */
    private static final class Desk {
        private int done;
        private int handled;
    }

    /** A process with an actor as its own thread, or one that waits for the whole of a test. */
    private static class Shared extends Two {
        final Desk desk = new Desk();
        @Nullable
        volatile Thread runner;

        /** The owner waits as it does in receive, takes the messages that have come, and ends up waiting again. */
        void receive() {
            CallerRuns<Desk> callerRuns = new CallerRuns<>(own(), desk);
            take();
            callerRuns.release();
            for (int i = 0; i < 3; i++) {
                callerRuns.retake();
                a.beginWait(a.mailbox, ProcessCell.NO_DEADLINE);
                callerRuns.release();
                a.mailbox.getAsBoolean();
                callerRuns.retake();
                a.endWait();
                take();
                a.beginWait(a.mailbox, ProcessCell.NO_DEADLINE);
                callerRuns.release();
            }
        }

        private void take() {
            while (a.mailbox.take(null) != null) {
                desk.handled++;
                desk.done++;
            }
        }

        /** As a caller: 0 if it has not run, or else how many messages had been handled, plus 1. */
        int run() {
            Thread thread = Thread.currentThread();
            runner = thread;
            Thread.interrupted(); // of a test before
            int[] seen = {0};
            CallerRuns.tryRunAs(a, Desk.class, own -> {
                seen[0] = a.isOwnThread() ? own.handled + 1 : 9;
                own.done++;
            });
            return seen[0];
        }

        boolean isRunnerInterrupted() {
            Thread thread = runner;
            return thread != null && thread.isInterrupted();
        }
    }

    private static class Waiting extends Shared {
        {
            new CallerRuns<>(own(), desk).release();
            a.bind(Thread.ofVirtual().unstarted(() -> {})); // its own, which a kill may interrupt
            a.beginWait(a.mailbox, ProcessCell.NO_DEADLINE);
        }
    }

    /** Two callers and the process's own loop, which handles a message: one at a time, in order, and none is lost. */
    @JCStressTest
    @Outcome(id = {"0, 0, 1", "2, 0, 2", "0, 1, 2", "0, 2, 2", "2, 1, 3",
            "2, 2, 3"}, expect = ACCEPTABLE, desc = "the first caller finds its own message"
                    + " handled or does not run; all that was done is there")
    @Outcome(expect = FORBIDDEN, desc = "two at once, a call that overtook the caller's message, or something lost")
    @State
    public static class TwoCallersAndTheOwner extends Shared {
        private volatile boolean made;

        @Actor
        public void owner() {
            receive();
            made = true;
        }

        @Actor
        public void sender(III_Result r) {
            a.send("message");
            r.r1 = run();
        }

        @Actor
        public void other(III_Result r) {
            int seen = 0;
            Integer acted = CallerRuns.tryRun(a, Desk.class, own -> {
                own.done++;
                return own.handled + 1;
            });
            if (acted != null) {
                seen = acted;
            }
            r.r2 = seen;
        }

        @Arbiter
        public void after(III_Result r) {
            while (a.mailbox.take(null) != null) {
                desk.done++; // the owner's loop would go on
            }
            r.r3 = made ? desk.done : 99;
        }
    }

    /** The same with one caller, for machines of two processors. */
    @JCStressTest
    @Outcome(id = {"0, 1",
            "2, 2"}, expect = ACCEPTABLE, desc = "the caller finds its own message"
                    + " handled or does not run; all that was done is there")
    @Outcome(expect = FORBIDDEN, desc = "two at once, a call that overtook the caller's message, or something lost")
    @State
    public static class CallerAndTheOwner extends Shared {
        @Actor
        public void owner() {
            receive();
        }

        @Actor
        public void sender(II_Result r) {
            a.send("message");
            r.r1 = run();
        }

        @Arbiter
        public void after(II_Result r) {
            while (a.mailbox.take(null) != null) {
                desk.done++; // the owner's loop would go on
            }
            r.r2 = desk.done;
        }
    }

    /** Two run as a process that waits. */
    @JCStressTest
    @Outcome(id = {"1, 0, 1", "0, 1, 1", "1, 1, 2"}, expect = ACCEPTABLE, desc = "one or both did, and it is there")
    @Outcome(expect = FORBIDDEN, desc = "nobody ran, two at once, or one did not see what the other did")
    @State
    public static class TwoRun extends Waiting {
        private int run(Desk own) {
            own.done++;
            return 1;
        }

        private int tried() {
            int[] ran = {0};
            CallerRuns.tryRunAs(a, Desk.class, own -> ran[0] = run(own));
            return ran[0];
        }

        @Actor
        public void one(III_Result r) {
            r.r1 = tried();
        }

        @Actor
        public void two(III_Result r) {
            r.r2 = tried();
        }

        @Arbiter
        public void after(III_Result r) {
            r.r3 = desk.done;
        }
    }

    /** One runs while another sends a message: the owner is woken for it. */
    @JCStressTest
    @Outcome(id = {"0, 1",
            "1, 1"}, expect = ACCEPTABLE, desc = "ran before the message came, or did not; the owner is woken")
    @Outcome(expect = FORBIDDEN, desc = "a message waits and the owner sleeps")
    @State
    public static class RunAndSend extends Waiting {
        @Actor
        public void one(II_Result r) {
            r.r1 = run();
        }

        @Actor
        public void sender() {
            a.send("message");
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = a.mailbox.getAsBoolean() && wakened(a) ? 1 : 0;
        }
    }

    /** One runs while another ends the process: no interrupt is left on the thread that ran. */
    @JCStressTest
    @Outcome(id = {"0, 0",
            "1, 0"}, expect = ACCEPTABLE, desc = "ran, or came too late; its thread has no interrupt afterwards")
    @Outcome(expect = FORBIDDEN, desc = "an interrupt for the process has hit the caller")
    @State
    public static class RunAndEnd extends Waiting {
        @Actor
        public void one(II_Result r) {
            r.r1 = run();
        }

        @Actor
        public void killer() {
            ExitSignals.send(root, a, ExitReason.KILL);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = isRunnerInterrupted() || a.isAlive() ? 1 : 0;
        }
    }

    /**
     * The caller is a process that another one ends: its call-back is not interrupted, and the thread is when it comes
     * back.
     */
    @JCStressTest
    @Outcome(id = {"0, 1", "1, 1"}, expect = ACCEPTABLE, desc = "ran without an interrupt, or not at all; has it now")
    @Outcome(expect = FORBIDDEN, desc = "the interrupt came while it ran as the other process, or never")
    @State
    public static class CallerEnds extends Two {
        /**
         * The thread that the killer interrupts. It is not the actor's own thread, which goes on to the next test while
         * a killer is late.
         */
        private final Thread target = Thread.ofVirtual().unstarted(() -> {});

        {
            b.bind(target);
        }

        private boolean told;

        @Actor
        public void caller(II_Result r) {
            if (b.beginImpersonating()) {
                boolean before = target.isInterrupted();
                r.r1 = before || target.isInterrupted() ? 9 : 1;
                b.endImpersonating();
            }
            told = Thread.interrupted(); // its own interrupt
        }

        @Actor
        public void killer() {
            ExitSignals.send(root, b, ExitReason.KILL);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = told || target.isInterrupted() ? 1 : 0;
        }
    }
}
