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

/** Links and exit signals against ends. */
final class LinkStress {

    private LinkStress() {}

    /** A process links while the other ends. */
    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "linked, and heard of the end")
    @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "refused")
    @Outcome(expect = FORBIDDEN, desc = "told wrongly, twice or not at all, or half a link is left")
    @State
    public static class LinkAndEnd extends Two {
        @Actor
        public void linker(III_Result r) {
            r.r1 = a.link(b) ? 1 : 0;
        }

        @Actor
        public void ender() {
            ExitSignals.end(b, BOOM);
        }

        @Arbiter
        public void after(III_Result r) {
            r.r2 = exits(a);
            r.r3 = a.info().links().size();
        }
    }

    /** A process links again while the other ends. */
    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "heard of the end, along the old link")
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "heard of the end before, refused now")
    @Outcome(expect = FORBIDDEN, desc = "the true reason is lost, or told twice")
    @State
    public static class LinkAgainAndEnd extends Two {
        {
            a.link(b);
        }

        @Actor
        public void linker(III_Result r) {
            r.r1 = a.link(b) ? 1 : 0;
        }

        @Actor
        public void ender() {
            ExitSignals.end(b, BOOM);
        }

        @Arbiter
        public void after(III_Result r) {
            r.r2 = exits(a);
            r.r3 = a.info().links().size();
        }
    }

    /** A process links while a third one ends it. */
    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "linked, and the other heard of the end")
    @Outcome(id = "2, 0, 0", expect = ACCEPTABLE, desc = "ended before")
    @Outcome(expect = FORBIDDEN, desc = "the other does not hear, or half a link is left")
    @State
    public static class LinkAndEndByAThird extends Two {
        @Actor
        public void linker(III_Result r) {
            try {
                r.r1 = a.link(b) ? 1 : 0;
            } catch (ProcessExit ended) {
                r.r1 = 2;
            }
        }

        @Actor
        public void third() {
            ExitSignals.send(root, a, ExitReason.KILL);
        }

        @Arbiter
        public void after(III_Result r) {
            r.r2 = exits(b);
            r.r3 = b.info().links().size();
        }
    }

    /** A process unlinks and flushes while the other ends. */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "the message came before and was flushed")
    @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "unlinked before the end")
    @Outcome(expect = FORBIDDEN, desc = "an Exit message after unlink")
    @State
    public static class UnlinkAndEnd extends Two {
        {
            a.link(b);
        }

        @Actor
        public void unlinker(III_Result r) {
            a.unlink(b);
            r.r1 = exits(a);
        }

        @Actor
        public void ender() {
            ExitSignals.end(b, BOOM);
        }

        @Arbiter
        public void after(III_Result r) {
            r.r2 = exits(a);
            r.r3 = a.info().links().size();
        }
    }

    /** The same, but the one that unlinks does not trap exits. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "unlinked before the end")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "ended by the other")
    @Outcome(expect = FORBIDDEN, desc = "ended by the other after unlink had returned")
    @State
    public static class UnlinkAndEndWithoutTrap extends Two {
        {
            a.link(b);
            a.trapExits(false);
        }

        @Actor
        public void unlinker(II_Result r) {
            a.unlink(b);
            r.r1 = a.isAlive() ? 1 : 0;
        }

        @Actor
        public void ender() {
            ExitSignals.end(b, BOOM);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = a.isAlive() ? 1 : 0;
        }
    }

    /** One links while the other unlinks. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "linked last")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "unlinked last")
    @Outcome(expect = FORBIDDEN, desc = "half a link is left")
    @State
    public static class LinkAndUnlink extends Two {
        {
            b.link(a);
        }

        @Actor
        public void linker() {
            a.link(b);
        }

        @Actor
        public void unlinker() {
            b.unlink(a);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r1 = a.info().links().size();
            r.r2 = b.info().links().size();
        }
    }

    /** Both link. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "linked")
    @Outcome(expect = FORBIDDEN, desc = "half a link is left")
    @State
    public static class BothLink extends Two {
        @Actor
        public void one() {
            a.link(b);
        }

        @Actor
        public void two() {
            b.link(a);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r1 = a.info().links().size();
            r.r2 = b.info().links().size();
        }
    }

    /** A process begins to trap exits while another sends it a signal. */
    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "trapped")
    @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "ended before")
    @Outcome(expect = FORBIDDEN, desc = "ended by a signal although it traps exits")
    @State
    public static class TrapAndSignal extends Two {
        {
            a.trapExits(false);
        }

        @Actor
        public void owner(III_Result r) {
            a.trapExits(true);
            r.r1 = a.isAlive() ? 1 : 0;
        }

        @Actor
        public void sender() {
            ExitSignals.send(b, a, BOOM);
        }

        @Arbiter
        public void after(III_Result r) {
            r.r2 = a.isAlive() ? 1 : 0;
            r.r3 = exits(a);
        }
    }
}
