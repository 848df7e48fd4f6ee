package io.github.ppool.pool;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A gate with few permits that throws, blocks, answers late, takes back and ends workers, until there is peace. It
 * counts the permits that are out and the workers that there are: never more workers than permits.
 */
final class HostileGate implements WorkerGate {

    private final Random dice;
    private final Queue<String> violations;
    private volatile int limit;
    private volatile boolean peace;
    private volatile @Nullable GatedPool pool;
    private final Queue<Pid> asking = new ConcurrentLinkedQueue<>();
    final AtomicInteger out = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger alive = new AtomicInteger();

    HostileGate(long seed, Queue<String> violations) {
        this.dice = new Random(seed);
        this.violations = violations;
        this.limit = 1 + dice.nextInt(4);
    }

    private int roll(int sides) {
        synchronized (dice) {
            return dice.nextInt(sides);
        }
    }

    @Override
    public void opened(GatedPool gated) {
        pool = gated;
    }

    @Override
    public @Nullable WorkerPermit acquire(GatedPool gated, Pid process) throws Exception {
        asking.add(process);
        if (asking.size() > 32) {
            asking.poll();
        }
        if (!peace) {
            misbehave(gated);
        }
        for (int now = out.get(); now < limit; now = out.get()) {
            if (out.compareAndSet(now, now + 1)) {
                return new Permit();
            }
        }
        return null;
    }

    private void misbehave(GatedPool gated) throws Exception {
        switch (roll(24)) {
            case 0 -> throw new IllegalStateException("the gate fails");
            case 1 -> throw new StackOverflowError("the gate fails");
            case 2 -> throw new Exception("the gate fails");
            case 3 -> Thread.currentThread().interrupt();
            case 4 -> LockSupport.parkNanos(40_000_000); // longer than a creation may, unless it is interrupted
            case 5 -> Mischief.workWithoutHeed(40_000_000);
            case 6 -> Thread.sleep(1);
            case 7 -> gated.permitsAvailable();
            case 8 -> gated.releaseIdle(1);
            case 9 -> {
                ProcessContext self = ProcessSystem.currentProcess();
                if (self != null) {
                    throw self.exit(ExitReason.of("the gate ends it"));
                }
            }
            default -> {
                // as it should
            }
        }
    }

    /** By a thread of its own, now and then. */
    void trouble(Random random) {
        GatedPool gated = pool;
        if (gated == null) {
            return;
        }
        switch (random.nextInt(5)) {
            case 0 -> {
                limit = random.nextInt(5);
                gated.permitsAvailable();
            }
            case 1 -> {
                if (gated.releaseIdle(random.nextInt(3)) < 0) {
                    violations.add("less than none were dismissed");
                }
            }
            case 2, 3 -> {
                List<Pid> some = new ArrayList<>(asking);
                if (!some.isEmpty()) {
                    gated.end(some.get(random.nextInt(some.size())),
                            random.nextInt(8) == 0 ? ExitReason.NORMAL : ExitReason.of("lease-lost"));
                }
            }
            default -> {
                if (gated.wanted() < 0 || gated.idle() < 0) {
                    violations.add("less than no worker is wanted, or idle");
                }
            }
        }
    }

    /** From now on it behaves, and has permits for all. */
    void end() {
        peace = true;
        limit = Integer.MAX_VALUE;
        GatedPool gated = pool;
        if (gated != null) {
            gated.permitsAvailable();
        }
    }

    /** A worker is being made. */
    void made() {
        int workers = alive.incrementAndGet();
        int permits = out.get();
        if (workers > permits) {
            violations.add(workers + " workers with " + permits + " permits");
        }
    }

    /** A worker is closed, or was not made after all. */
    void unmade() {
        alive.decrementAndGet();
    }

    private final class Permit implements WorkerPermit {
        private final AtomicBoolean released = new AtomicBoolean();

        @Override
        public void release() {
            if (!released.compareAndSet(false, true)) {
                violations.add("a permit was released twice");
                return;
            }
            if (!peace && ThreadLocalRandom.current().nextInt(20) == 0) {
                Mischief.workWithoutHeed(1_000_000);
            }
            out.decrementAndGet();
            if (!peace && ThreadLocalRandom.current().nextInt(20) == 0) {
                throw new IllegalStateException("the release fails");
            }
        }
    }

    @Override
    public void closed(GatedPool gated) {
        closed.incrementAndGet();
    }
}
