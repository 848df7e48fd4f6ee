package io.github.ppool.process;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Answers against one another and against the end of the wait. */
final class ReplySlotStress {

    private static final ProcessSystem SYSTEM = new ProcessSystem();

    private ReplySlotStress() {}

    /** Two answer at the same time. */
    @JCStressTest
    @Outcome(id = {"1, 0", "0, 1"}, expect = ACCEPTABLE, desc = "one counts")
    @Outcome(expect = FORBIDDEN, desc = "both count, or none")
    @State
    public static class TwoAnswers {
        private final ReplySlot<String> slot = new ReplySlot<>(SYSTEM.clock());

        @Actor
        public void one(II_Result r) {
            r.r1 = slot.reply("one") ? 1 : 0;
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = slot.fail(ExitReason.NOPROC) ? 1 : 0;
        }
    }

    /** An answer comes when the time is over: if its sender is told that it counts, the caller has it. */
    @JCStressTest
    @Outcome(id = "heard, counted", expect = ACCEPTABLE, desc = "the answer came first")
    @Outcome(id = "not heard, not counted", expect = ACCEPTABLE, desc = "the time was over first")
    @Outcome(id = "not heard, no slot", expect = ACCEPTABLE, desc = "nobody to answer to yet")
    @Outcome(expect = FORBIDDEN, desc = "an answer that counts was lost, or one that does not was heard")
    @State
    public static class AnswerAndTimeOut {
        private volatile @Nullable ReplySlot<String> slot;

        @Actor
        public void waiting(LL_Result r) {
            ReplySlot<String> own = new ReplySlot<>(SYSTEM.clock()); // here, as it is for the thread that makes it
            slot = own;
            try {
                r.r1 = own.await(Duration.ZERO) == null ? "not heard" : "heard";
            } catch (InterruptedException e) {
                r.r1 = "interrupted";
            }
        }

        @Actor
        public void answerer(LL_Result r) {
            ReplySlot<String> other = slot;
            r.r2 = other == null ? "no slot" : other.reply("answer") ? "counted" : "not counted";
        }
    }
}
