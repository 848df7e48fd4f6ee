package io.github.ppool.process;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The wake-up protocol of {@link ProcessCell}. */
final class WakeUpStress {

    private WakeUpStress() {}

    /** One sends while the owner is about to wait: either the owner sees the message or the sender sees it wait. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the owner sees the message and does not park; nobody wakes it")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the sender wakes it")
    @Outcome(expect = FORBIDDEN, desc = "a lost wake-up: the owner parks and nobody unparks it")
    @State
    public static class SendAndWait extends Two {
        @Actor
        public void sender() {
            a.send("message");
        }

        @Actor
        public void owner(II_Result r) {
            a.beginWait(a.mailbox, ProcessCell.NO_DEADLINE);
            r.r1 = a.mailbox.getAsBoolean() ? 1 : 0;
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = wakened(a) ? 1 : 0;
        }
    }

    /** Two send while the owner ends one wait and begins the next. */
    @JCStressTest
    @Outcome(id = {"1, 0", "2, 0"}, expect = ACCEPTABLE, desc = "the owner sees a message before it parks")
    @Outcome(id = {"0, 1", "1, 1", "2, 1"}, expect = ACCEPTABLE, desc = "a sender wakes it")
    @Outcome(expect = FORBIDDEN, desc = "a lost wake-up: the owner parks and nobody unparks it")
    @State
    public static class TwoSendAndWait extends Two {
        @Actor
        public void one() {
            a.send("message");
        }

        @Actor
        public void two() {
            a.send("message");
        }

        @Actor
        public void owner(II_Result r) {
            a.beginWait(a.mailbox, ProcessCell.NO_DEADLINE);
            a.endWait();
            a.mailbox.take(null);
            a.beginWait(a.mailbox, ProcessCell.NO_DEADLINE);
            r.r1 = a.mailbox.getAsBoolean() ? 1 : 0;
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = wakened(a) || !a.mailbox.getAsBoolean() ? 1 : 0;
        }
    }

    /** One sends while the owner goes over from a wait for a reply to a wait for messages. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the owner sees the message and does not park")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the sender wakes it")
    @Outcome(expect = FORBIDDEN, desc = "a lost wake-up: the owner parks and nobody unparks it")
    @State
    public static class WaitForSomethingElseFirst extends Two {
        @Actor
        public void sender() {
            a.send("message");
        }

        @Actor
        public void owner(II_Result r) {
            a.beginWait(() -> false, ProcessCell.NO_DEADLINE);
            a.endWait();
            a.beginWait(a.mailbox, ProcessCell.NO_DEADLINE);
            r.r1 = a.mailbox.getAsBoolean() ? 1 : 0;
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = wakened(a) ? 1 : 0;
        }
    }

    /** One sends twice while the owner ends one wait and begins the next. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the owner sees a message before it parks")
    @Outcome(id = {"0, 1", "1, 1"}, expect = ACCEPTABLE, desc = "the sender wakes it, or nothing is there")
    @Outcome(expect = FORBIDDEN, desc = "a lost wake-up: the owner parks and nobody unparks it")
    @State
    public static class SendTwiceAndWaitTwice extends Two {
        @Actor
        public void sender() {
            a.send("message");
            a.send("message");
        }

        @Actor
        public void owner(II_Result r) {
            a.beginWait(a.mailbox, ProcessCell.NO_DEADLINE);
            a.endWait();
            a.mailbox.take(null);
            a.beginWait(a.mailbox, ProcessCell.NO_DEADLINE);
            r.r1 = a.mailbox.getAsBoolean() ? 1 : 0;
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = wakened(a) || !a.mailbox.getAsBoolean() ? 1 : 0;
        }
    }
}
