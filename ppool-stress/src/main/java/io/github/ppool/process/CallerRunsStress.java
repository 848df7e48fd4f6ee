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

/** {@link CallerRuns}: a process and the callers that run for it. */
final class CallerRunsStress {

    private CallerRunsStress() {}

    /** The state of the process: plain fields, which only the caller-runs lock keeps in order. */
    private static final class Desk {
        private int done;
        private boolean handled;
    }

    /** A process with an actor as its thread: it waits once with its callerRuns, as receive does, and then works. */
    private static class Shared extends Two {
        final Desk desk = new Desk();

        /** The owner: whether a message was there before it waited, and whether one came meanwhile. */
        void receive() {
            CallerRuns<Desk> callerRuns = new CallerRuns<>(own(), desk);
            handle(a.mailbox.take(null));
            a.beginWait(a.mailbox, ProcessCell.NO_DEADLINE);
            callerRuns.release();
            a.mailbox.getAsBoolean();
            callerRuns.retake();
            a.endWait();
            handle(a.mailbox.take(null));
            desk.done++;
            callerRuns.release();
        }

        private void handle(@Nullable Object message) {
            desk.handled |= message != null;
        }

        int act() {
            Integer acted = CallerRuns.tryRun(a, Desk.class, own -> {
                own.done++;
                return own.handled ? 1 : 2;
            });
            return acted == null ? 0 : acted;
        }
    }

    /** A process that waits and lets callers run for the whole of a test. */
    private static class Waiting extends Shared {
        {
            new CallerRuns<>(own(), desk).release();
            a.bind(Thread.ofVirtual().unstarted(() -> {})); // not the actor's own, which a kill would interrupt
        }
    }

    /** One acts while the process waits and works. */
    @JCStressTest
    @Outcome(id = {"0, 1", "2, 2"}, expect = ACCEPTABLE, desc = "what everybody did is there")
    @Outcome(expect = FORBIDDEN, desc = "two had the turn at once, or one did not see what the other did")
    @State
    public static class ActAndReceive extends Shared {
        @Actor
        public void owner() {
            receive();
        }

        @Actor
        public void one(II_Result r) {
            r.r1 = act();
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = desk.done;
        }
    }

    /** Two callers run for a waiting process. */
    @JCStressTest
    @Outcome(id = {"2, 0, 1", "0, 2, 1", "2, 2, 2"}, expect = ACCEPTABLE, desc = "one or both did, and it is there")
    @Outcome(expect = FORBIDDEN, desc = "nobody acted, two had the turn at once, or one did not see what the other did")
    @State
    public static class TwoAct extends Waiting {
        @Actor
        public void one(III_Result r) {
            r.r1 = act();
        }

        @Actor
        public void two(III_Result r) {
            r.r2 = act();
        }

        @Arbiter
        public void after(III_Result r) {
            r.r3 = desk.done;
        }
    }

    /** One sends a message and then acts. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the message was not handled yet: did not act")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "the message had been handled: acted")
    @Outcome(expect = FORBIDDEN, desc = "overtook its own message, or two had the turn at once")
    @State
    public static class SendAndAct extends Shared {
        @Actor
        public void owner() {
            receive();
        }

        @Actor
        public void sender(II_Result r) {
            a.send("message");
            r.r1 = act();
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = desk.done;
        }
    }

    /** One acts while another sends a message: it comes before, or stays for the process. */
    @JCStressTest
    @Outcome(id = {"0, 0", "2, 1"}, expect = ACCEPTABLE, desc = "acted before the message came, or did not act")
    @Outcome(expect = FORBIDDEN, desc = "the message is lost, or something is half done")
    @State
    public static class ActAndSend extends Waiting {
        @Actor
        public void one(II_Result r) {
            r.r1 = act();
        }

        @Actor
        public void sender() {
            a.send("message");
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = a.mailbox.getAsBoolean() ? desk.done : 9;
        }
    }

    /** One caller acts while another ends the process: an action that has begun is done. */
    @JCStressTest
    @Outcome(id = {"0, 0", "2, 1"}, expect = ACCEPTABLE, desc = "acted before the end, or did not act")
    @Outcome(expect = FORBIDDEN, desc = "something is half done")
    @State
    public static class ActAndEnd extends Waiting {
        @Actor
        public void one(II_Result r) {
            r.r1 = act();
        }

        @Actor
        public void killer() {
            ExitSignals.send(root, a, ExitReason.KILL);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = a.isAlive() ? 9 : desk.done;
        }
    }

    /** A process that traps exits is about to; another dismisses it. */
    @JCStressTest
    @Outcome(id = {"1, 0", "0, 1"}, expect = ACCEPTABLE, desc = "it has ended, or it has got nothing and is alive")
    @Outcome(expect = FORBIDDEN, desc = "refused and dead, or dismissed and alive")
    @State
    public static class DismissAndTrap extends Two {
        {
            a.trapExits(false);
            b.link(a);
        }

        @Actor
        public void owner() {
            a.trapExits(true);
        }

        @Actor
        public void boss(II_Result r) {
            r.r1 = ExitSignals.dismiss(b, a, BOOM) ? 1 : 0;
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = a.isAlive() && exits(a) == 0 ? 1 : 0;
        }
    }

    /** One is dismissed while it ends by itself: the dismisser need not hear of it, and has no link left. */
    @JCStressTest
    @Outcome(id = {"1, 0", "1, 1"}, expect = ACCEPTABLE, desc = "it has ended; its own message may have come before")
    @Outcome(expect = FORBIDDEN, desc = "a link remains, or two messages")
    @State
    public static class DismissAndEnd extends Two {
        {
            a.trapExits(false);
            b.link(a);
        }

        @Actor
        public void itself() {
            ExitSignals.end(a, ExitReason.SHUTDOWN);
        }

        @Actor
        public void boss(II_Result r) {
            r.r1 = ExitSignals.dismiss(b, a, BOOM) && b.info().links().isEmpty() ? 1 : 0;
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = exits(b);
        }
    }
}
