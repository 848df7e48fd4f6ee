package io.github.ppool.pool;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.supervisor.SupervisorEvent;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Foreign code of a pool that misbehaves now and then, as its dice say, until there is peace: it throws any exception,
 * leaves interrupts behind, and hangs, with or without heed of the interrupt that is to end it.
 */
final class Mischief implements PoolListener, PoolTaskDecorator, Predicate<Throwable> {

    private static final String SIGN = "mischief";
    private static final Duration LONGEST_HANG = Duration.ofMillis(60);

    private final Random dice;
    private final CountDownLatch peace = new CountDownLatch(1);

    Mischief(long seed) {
        dice = new Random(seed);
    }

    /** An exception that fails even when asked for its text. */
    private static final class Nasty extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("an exception that throws when it is asked");
        }
    }

    /** From now on it behaves; hanging calls go on. */
    void end() {
        peace.countDown();
    }

    private int roll(int sides) {
        synchronized (dice) {
            return dice.nextInt(sides);
        }
    }

    private boolean happens(int oneIn) {
        return peace.getCount() > 0 && roll(oneIn) == 0;
    }

    static boolean isOwn(Throwable thrown) {
        return thrown instanceof Nasty || SIGN.equals(thrown.getMessage());
    }

    static RuntimeException anException() {
        return new IllegalStateException(SIGN);
    }

    /** Throws an exception, or leaves an interrupt, once in a while. */
    void now(int oneIn) {
        if (!happens(oneIn)) {
            return;
        }
        ProcessContext process = ProcessSystem.currentProcess();
        switch (roll(8)) {
            case 0 -> Thread.currentThread().interrupt();
            case 1 -> throw new Nasty();
            case 2 -> throw new StackOverflowError(SIGN);
            case 3 -> throw new OutOfMemoryError(SIGN);
            case 4 -> Mischief.<RuntimeException>sneak(new InterruptedException(SIGN));
            case 5 -> Mischief.<RuntimeException>sneak(new Exception(SIGN));
            case 6 -> {
                if (process != null) {
                    throw process.exit(ExitReason.of(SIGN));
                }
                throw new AssertionError(SIGN);
            }
            default -> throw anException();
        }
    }

    @SuppressWarnings("unchecked") // that is the mischief: no compiler checks it
    private static <X extends Throwable> void sneak(Throwable thrown) throws X {
        throw (X) thrown;
    }

    /** Hangs once in a while: longer than any limit of the pool, but not for ever. */
    void hang(int oneIn) throws InterruptedException {
        if (!happens(oneIn)) {
            return;
        }
        boolean heeds = roll(3) > 0;
        long end = System.nanoTime() + LONGEST_HANG.toNanos();
        while (peace.getCount() > 0 && end - System.nanoTime() > 0) {
            try {
                var unused = peace.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                if (heeds) {
                    throw e;
                }
            }
        }
    }

    /** Takes its time, and ignores interrupts. */
    static void workWithoutHeed(long nanos) {
        long end = System.nanoTime() + nanos;
        while (end - System.nanoTime() > 0) {
            LockSupport.parkNanos(end - System.nanoTime());
            Thread.interrupted();
        }
    }

    // ---- predicates

    @Override
    public boolean test(Throwable failure) {
        if (happens(10)) {
            Mischief.<RuntimeException>sneak(failure);
        }
        now(5);
        return roll(2) == 0;
    }

    // ---- the decorator

    @Override
    public <W, R extends @Nullable Object> WorkerFunction<W, R, ?> decorate(String pool, WorkerFunction<W, R, ?> task) {
        now(10);
        return worker -> {
            now(20);
            R result = task.call(worker);
            now(20);
            return result;
        };
    }

    // ---- the listener

    @Override
    public void workerReady(String pool, Pid worker, Duration took) {
        now(5);
    }

    @Override
    public void workerNotMade(String pool, Throwable cause, int inARow) {
        now(5);
    }

    @Override
    public void workerExited(String pool, Pid worker, ExitReason reason) {
        now(5);
    }

    @Override
    public void served(String pool, Duration waited) {
        now(5);
    }

    @Override
    public void refused(String pool, PoolException refusal) {
        now(5);
    }

    @Override
    public void taskEnded(String pool, Task<?> task) {
        now(5);
    }

    @Override
    public void taskRan(String pool, Task<?> task, Duration ran) {
        now(5);
    }

    @Override
    public void supervised(String pool, SupervisorEvent event) {
        now(5);
    }

    @Override
    public void leaseLeaked(String pool, Pid worker, Throwable taken) {
        now(5);
    }

    @Override
    public boolean wantsLeases() {
        return roll(2) == 0;
    }

    @Override
    public void leaseEnded(String pool, Duration held) {
        now(5);
    }

    @Override
    public void phaseChanged(String pool, PoolPhase phase) {
        now(5);
    }
}
