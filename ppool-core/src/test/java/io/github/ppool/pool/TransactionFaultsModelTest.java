package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.HostileExceptions;
import io.github.ppool.process.ProcessSystem;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Borrowers with transactions that end in all ways, on pools of all settings, from a seed. A crashed worker is never
 * lent again, a suspect one is validated before, and the numbers of transactions add up.
 */
@Timeout(120)
class TransactionFaultsModelTest {

    private static final int POOLS = 60;
    private static final int BORROWERS = 4;
    private static final int ROUNDS = 60;

    /** The exception of a transaction, and the verdict of the default's list. */
    private enum Thrown {
        NOTHING(false),
        IO(true),
        UNCHECKED_IO(true),
        END_OF_FILE(true),
        TIMEOUT(true),
        LOST_CONNECTION(true),
        NO_FILE(false),
        SQL(false),
        ILLEGAL_STATE(false),
        ERROR(false),
        INTERRUPT(false),
        HOSTILE(false);

        private final boolean broken;

        Thrown(boolean broken) {
            this.broken = broken;
        }

        @Nullable
        Throwable make() {
            return switch (this) {
                case NOTHING -> null;
                case IO -> new IOException();
                case UNCHECKED_IO -> new UncheckedIOException(new IOException());
                case END_OF_FILE -> new EOFException();
                case TIMEOUT -> new TimeoutException();
                case LOST_CONNECTION -> new SQLException("gone", "08006");
                case NO_FILE -> new FileNotFoundException();
                case SQL -> new SQLException("twice", "23505");
                case ILLEGAL_STATE -> new IllegalStateException();
                case ERROR -> new AssertionError();
                case INTERRUPT -> new InterruptedException();
                case HOSTILE -> new HostileExceptions.ThrowingException();
            };
        }
    }

    /** How the setting crash-on is. */
    private enum CrashOn {
        DEFAULT,
        EMPTY,
        ILLEGAL_STATES;

        Predicate<Throwable> predicate() {
            return switch (this) {
                case DEFAULT -> PoolSpec.BROKEN_RESOURCE;
                case EMPTY -> failure -> false;
                case ILLEGAL_STATES -> IllegalStateException.class::isInstance;
            };
        }

        boolean crashes(Thrown thrown) {
            return switch (this) {
                case DEFAULT -> thrown.broken;
                case EMPTY -> false;
                case ILLEGAL_STATES -> thrown == Thrown.ILLEGAL_STATE;
            };
        }
    }

    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final LongAdder succeeded = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder crashed = new LongAdder();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    private final class Worker {
        private final AtomicInteger users = new AtomicInteger();
        private volatile boolean broken;
        private volatile boolean inDoubt;

        void begin(boolean isValidated) {
            if (users.incrementAndGet() != 1) {
                violations.add("two users of one worker");
            }
            if (broken) {
                violations.add("a broken worker was lent");
            }
            if (inDoubt && isValidated) {
                violations.add("a worker in doubt was lent without a validation");
            }
        }

        void end() {
            users.decrementAndGet();
        }
    }

    private class Factory implements WorkerFactory<Worker> {
        @Override
        public Worker create() {
            made.incrementAndGet();
            return new Worker();
        }

        @Override
        public void destroy(Worker worker, @Nullable Throwable cause) {
            closed.incrementAndGet();
        }
    }

    private final class Validating extends Factory {
        private final Random dice;

        private Validating(long seed) {
            this.dice = new Random(seed);
        }

        @Override
        public boolean validate(Worker worker) throws IOException {
            if (worker.users.get() != 0) {
                violations.add("a worker was validated while it was used");
            }
            int number = dice.nextInt(10);
            if (number == 0) {
                worker.broken = true;
                throw new IOException();
            }
            worker.broken = number == 1;
            worker.inDoubt = false;
            return number != 1;
        }
    }

    @Test
    void no_broken_worker_is_lent_none_in_doubt_is_lent_unchecked_and_all_is_counted() throws Exception {
        long seed = Long.getLong("ppool.seed", 20_261_129);
        try (CapturedLog log = CapturedLog.silence()) {
            assertThat(log).isNotNull();
            for (int i = 0; i < POOLS; i++) {
                play(seed + i);
                assertThat(violations).as("-Dppool.seed=%d", seed + i).isEmpty();
            }
        }
    }

    private void play(long seed) throws Exception {
        Random dice = new Random(seed);
        boolean validates = dice.nextInt(3) > 0;
        CrashOn crashOn = CrashOn.values()[dice.nextInt(3)];
        int size = 1 + dice.nextInt(3);
        PoolSpec<Worker> spec = PoolSpec.builder("pool", validates ? new Validating(seed) : new Factory())
                .size(size)
                .maxOverflow(dice.nextInt(2))
                .strategy(PoolStrategy.values()[dice.nextInt(3)])
                .crashOn(crashOn.predicate())
                .validateOnCheckout(dice.nextInt(4) == 0)
                .leakDetection(dice.nextInt(4) == 0)
                .platformThreads(dice.nextInt(4) == 0)
                .maxUses(dice.nextInt(4) == 0 ? 5 : 0)
                .checkoutTimeout(Duration.ofSeconds(20))
                .restart(PoolWorld.AT_ONCE)
                .build();
        List.of(succeeded, failed, crashed).forEach(LongAdder::reset);
        made.set(0);
        closed.set(0);
        ProcessSystem system = new ProcessSystem();
        try (Pools pools = Pools.start(system)) {
            PoolClient<Worker> pool = pools.startPool(spec);
            List<Thread> borrowers = new ArrayList<>();
            for (int i = 0; i < BORROWERS; i++) {
                Random own = new Random(dice.nextLong());
                borrowers.add((i % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform()).start(
                        () -> borrow(pool, crashOn, validates, own)));
            }
            for (Thread borrower : borrowers) {
                borrower.join();
            }
            PoolStatus.Transactions expected = new PoolStatus.Transactions(
                    succeeded.sum(), failed.sum(), crashed.sum());
            assertThat(pool.status().transactions()).as("-Dppool.seed=%d, %s", seed, crashOn).isEqualTo(expected);
            Eventually.so(() -> "-Dppool.seed=" + seed + ": " + pool, () -> {
                PoolStatus status = pool.status();
                return status.available() == size && status.workers() == size && made.get() - closed.get() == size;
            });
        } finally {
            system.close();
        }
        Eventually.so(() -> "-Dppool.seed=" + seed + ": " + made + " made, " + closed + " closed",
                () -> made.get() == closed.get());
    }

    private void borrow(PoolClient<Worker> pool, CrashOn crashOn, boolean validates, Random dice) {
        for (int i = 0; i < ROUNDS; i++) {
            Thrown what = Thrown.values()[dice.nextInt(2) * dice.nextInt(Thrown.values().length)];
            if (dice.nextInt(8) == 0) {
                borrowPlainly(pool, validates, dice);
                continue;
            }
            Throwable thrown = wrapped(what.make(), dice.nextInt(4), dice);
            try {
                pool.transaction(worker -> {
                    worker.begin(validates);
                    if (dice.nextInt(8) == 0) {
                        Thread.yield();
                    }
                    worker.end();
                    if (thrown != null) {
                        worker.broken |= crashOn.crashes(what);
                        worker.inDoubt |= !crashOn.crashes(what);
                        HostileExceptions.sneak(thrown);
                    }
                });
                succeeded.increment();
                if (thrown != null) {
                    violations.add("an exception was lost: " + what);
                }
            } catch (Throwable told) {
                if (told != thrown) {
                    violations.add("another exception came out: " + told.getClass());
                }
                (crashOn.crashes(what) ? crashed : failed).increment();
            }
        }
    }

    private static void borrowPlainly(PoolClient<Worker> pool, boolean validates, Random dice) {
        try (Lease<Worker> lease = pool.checkout()) {
            Worker worker = lease.worker();
            worker.begin(validates);
            worker.end();
            switch (dice.nextInt(3)) {
                case 0 -> {
                    worker.broken = true;
                    lease.fail(new IllegalStateException());
                }
                case 1 -> {
                    worker.inDoubt = true;
                    lease.suspect();
                }
                default -> {
                    // closed as it is
                }
            }
        }
    }

    private static @Nullable Throwable wrapped(@Nullable Throwable thrown, int times, Random dice) {
        Throwable outer = thrown;
        for (int i = 0; outer != null && i < times; i++) {
            outer = switch (dice.nextInt(3)) {
                case 0 -> new RuntimeException(outer);
                case 1 -> new ExecutionException(outer);
                default -> new CompletionException(outer);
            };
        }
        return outer;
    }
}
