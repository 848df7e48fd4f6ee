package io.github.ppool.process;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** The mailbox: many put, one takes, one closes. */
final class MailboxStress {

    private MailboxStress() {}

    /** Two put while the owner takes. */
    @JCStressTest
    @Outcome(id = {"0, 1, 2", "0, 2, 1"}, expect = ACCEPTABLE, desc = "took nothing, both are left")
    @Outcome(id = {"1, 2, 0", "2, 1, 0"}, expect = ACCEPTABLE, desc = "took one, the other is left")
    @Outcome(expect = FORBIDDEN, desc = "a message is lost, or there twice")
    @State
    public static class PutAndTake {
        private final Mailbox mailbox = new Mailbox();

        @Actor
        public void one() {
            mailbox.put(1);
        }

        @Actor
        public void two() {
            mailbox.put(2);
        }

        @Actor
        public void owner(III_Result r) {
            r.r1 = Two.number(mailbox.take(null));
        }

        @Arbiter
        public void rest(III_Result r) {
            r.r2 = Two.number(mailbox.take(null));
            r.r3 = Two.number(mailbox.take(null));
        }
    }

    /** One actor puts twice while the owner takes twice, the second time only new messages. */
    @JCStressTest
    @Outcome(id = "0, 0, 12", expect = ACCEPTABLE, desc = "all later")
    @Outcome(id = {"0, 1, 2", "1, 0, 2"}, expect = ACCEPTABLE, desc = "one at once")
    @Outcome(id = {"1, 2, 0", "0, 1, 2"}, expect = ACCEPTABLE, desc = "in order")
    @Outcome(expect = FORBIDDEN, desc = "overtaken, lost, or there twice")
    @State
    public static class OrderOfOneSender {
        private final Mailbox mailbox = new Mailbox();

        @Actor
        public void sender() {
            mailbox.put(1);
            mailbox.put(2);
        }

        @Actor
        public void owner(III_Result r) {
            r.r1 = Two.number(mailbox.take(null));
            r.r2 = Two.number(mailbox.takeNew(null));
        }

        @Arbiter
        public void rest(III_Result r) {
            int rest = 0;
            for (int next = Two.number(mailbox.take(null)); next > 0; next = Two.number(mailbox.take(null))) {
                rest = rest * 10 + next;
            }
            r.r3 = rest;
        }
    }

    /** One puts while another closes. */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "put before the close, and dropped by it, or not looked at")
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "put and taken before the close")
    @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "refused")
    @Outcome(expect = FORBIDDEN, desc = "a refused message is there, or an open end remains")
    @State
    public static class PutAndClose {
        private final Mailbox mailbox = new Mailbox();

        @Actor
        public void sender(III_Result r) {
            r.r1 = mailbox.put(1) ? 1 : 0;
        }

        @Actor
        public void owner(III_Result r) {
            r.r2 = Two.number(mailbox.take(null));
        }

        @Actor
        public void closer() {
            mailbox.close();
        }

        @Arbiter
        public void after(III_Result r) {
            r.r3 = mailbox.put(2) || mailbox.getAsBoolean() ? 1 : 0;
        }
    }

    /** Two put. */
    @JCStressTest
    @Outcome(id = {"12", "21"}, expect = ACCEPTABLE, desc = "both, in either order")
    @Outcome(expect = FORBIDDEN, desc = "a message is lost, or there twice")
    @State
    public static class TwoPut {
        private final Mailbox mailbox = new Mailbox();

        @Actor
        public void one() {
            mailbox.put(1);
        }

        @Actor
        public void two() {
            mailbox.put(2);
        }

        @Arbiter
        public void rest(I_Result r) {
            for (int next = Two.number(mailbox.take(null)); next > 0; next = Two.number(mailbox.take(null))) {
                r.r1 = r.r1 * 10 + next;
            }
        }
    }

    /** One puts twice while another closes. */
    @JCStressTest
    @Outcome(id = {"11, 0", "10, 0", "0, 0"}, expect = ACCEPTABLE, desc = "refused from the close on")
    @Outcome(expect = FORBIDDEN, desc = "accepted after a refusal, or an open end remains")
    @State
    public static class CloseAndSend {
        private final Mailbox mailbox = new Mailbox();

        @Actor
        public void sender(II_Result r) {
            r.r1 = mailbox.put(1) ? 10 : 0;
            r.r1 += mailbox.put(2) ? 1 : 0;
        }

        @Actor
        public void closer() {
            mailbox.close();
        }

        @Arbiter
        public void rest(II_Result r) {
            r.r2 = mailbox.put(3) || mailbox.getAsBoolean() ? 1 : Two.number(mailbox.take(null));
        }
    }

    /** The owner takes while another closes. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "taken")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "dropped")
    @Outcome(expect = FORBIDDEN, desc = "there after the close")
    @State
    public static class CloseAndTake {
        private final Mailbox mailbox = new Mailbox();

        {
            mailbox.put(1);
        }

        @Actor
        public void owner(II_Result r) {
            r.r1 = Two.number(mailbox.take(null));
        }

        @Actor
        public void closer() {
            mailbox.close();
        }

        @Arbiter
        public void rest(II_Result r) {
            r.r2 = Two.number(mailbox.take(null));
        }
    }
}
