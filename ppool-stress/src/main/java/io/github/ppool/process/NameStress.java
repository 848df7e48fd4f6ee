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

/** Names against ends, and answers against each other. */
final class NameStress {

    private NameStress() {}

    /** A process gets a name while it is ended. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "named, and the name is free again")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "refused")
    @Outcome(expect = FORBIDDEN, desc = "a dead process keeps a name")
    @State
    public static class RegisterAndEnd extends Two {
        @Actor
        public void namer(II_Result r) {
            try {
                system.register("name", a);
                r.r1 = 1;
            } catch (NoProcessException ended) {
                r.r1 = 0;
            }
        }

        @Actor
        public void killer() {
            ExitSignals.send(root, a, ExitReason.KILL);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = system.whereis("name").isPresent() ? 1 : 0;
        }
    }

    /** A process gets a name while another thread takes that name away. */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "taken away")
    @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "nobody had it, now somebody has")
    @Outcome(expect = FORBIDDEN, desc = "the table of names and the process disagree")
    @State
    public static class RegisterAndUnregister extends Two {
        @Actor
        public void namer() {
            system.register("name", a);
        }

        @Actor
        public void other(III_Result r) {
            r.r1 = system.unregister("name") ? 1 : 0;
        }

        @Arbiter
        public void after(III_Result r) {
            r.r2 = system.whereis("name").isPresent() ? 1 : 0;
            r.r3 = system.info(a).registeredName().isEmpty() ? 0 : 1;
        }
    }

    /** A thread that sees a process dead gives its name to another. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "seen alive")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "seen dead, and the name was free")
    @Outcome(expect = FORBIDDEN, desc = "refused, although the holder was seen dead")
    @State
    public static class SeenDeadSoFree extends Two {
        {
            system.register("name", a);
        }

        @Actor
        public void killer() {
            ExitSignals.send(root, a, ExitReason.KILL);
        }

        @Actor
        public void successor(I_Result r) {
            if (!a.isAlive()) {
                try {
                    system.register("name", b);
                    r.r1 = 1;
                } catch (IllegalArgumentException taken) {
                    r.r1 = 2;
                }
            }
        }
    }

    /** Two answer at one slot. */
    @JCStressTest
    @Outcome(id = {"1, 0", "0, 1"}, expect = ACCEPTABLE, desc = "one counted")
    @Outcome(expect = FORBIDDEN, desc = "both counted, or none")
    @State
    public static class TwoAnswers extends Two {
        private final ReplySlot<String> slot = new ReplySlot<>(system.clock());

        @Actor
        public void answerer(II_Result r) {
            r.r1 = slot.reply("answer") ? 1 : 0;
        }

        @Actor
        public void killer(II_Result r) {
            r.r2 = slot.fail(ExitReason.KILLED) ? 1 : 0;
        }
    }
}
