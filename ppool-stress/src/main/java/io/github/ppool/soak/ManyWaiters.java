package io.github.ppool.soak;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * A million waiters give up, by their time-out or by cancelling, while the head of the same queue is served again and
 * again. Prints the cost of a service beside them and without them, and the memory that is left. Ends with 1 if a
 * waiter is not told, or is still in the queue at the end. The figures are for people: they decide no result.
 *
 * <p>{@code ManyWaiters [count]}
 */
public final class ManyWaiters {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration TIME_OUT = Duration.ofMillis(500);
    /** How many others have come when one cancels. */
    private static final int CANCEL_AFTER = 10_000;
    private static final int FEW = 16;
    private static final int SERVICES_BESIDE_FEW = 50_000;

    private boolean well = true;

    /**
     * Runs, prints and ends the JVM with 0 or 1.
     *
     * @param args how many
     * @throws Exception if the pools cannot be started
     */
    public static void main(String[] args) throws Exception {
        int count = args.length == 0 ? 1_000_000 : Integer.parseInt(args[0]);
        ManyWaiters many = new ManyWaiters();
        many.play("few, to warm up", Crowd::few, FEW);
        many.play("few", Crowd::few, FEW);
        many.play("many that time out", crowd -> crowd.timeOut(count), count);
        many.play("many that cancel", crowd -> crowd.cancel(count), count);
        System.out.println(many.well ? "all is well" : "FAILED");
        System.exit(many.well ? 0 : 1);
    }

    /** How the waiters come. */
    private interface Coming {
        void come(Crowd crowd) throws InterruptedException;
    }

    /** All waiters, and their outcomes. */
    private static final class Crowd {
        private final PoolClient<Object> pool;
        private final AtomicInteger came = new AtomicInteger();
        private final AtomicInteger gaveUp = new AtomicInteger();
        private final AtomicInteger served = new AtomicInteger();
        private final BlockingQueue<Lease<Object>> leases = new LinkedBlockingQueue<>();
        private final AtomicInteger longestQueue = new AtomicInteger();

        Crowd(PoolClient<Object> pool) {
            this.pool = pool;
        }

        CompletableFuture<Lease<Object>> one(Duration timeout) {
            int number = came.incrementAndGet();
            var stage = pool.checkoutAsync(timeout).toCompletableFuture();
            var unused = stage.whenComplete((lease, refusal) -> {
                if (lease == null) {
                    gaveUp.incrementAndGet();
                } else {
                    served.incrementAndGet();
                    leases.add(lease);
                }
            });
            if (number % 10_000 == 0) {
                longestQueue.accumulateAndGet(pool.status().queueDepth(), Math::max);
            }
            return stage;
        }

        /** As many as were served come again. */
        void few() throws InterruptedException {
            for (int i = 0; i < FEW; i++) {
                one(Duration.ofHours(1));
            }
            while (came.get() < SERVICES_BESIDE_FEW) {
                while (came.get() - served.get() < FEW) {
                    one(Duration.ofHours(1));
                }
                LockSupport.parkNanos(1_000);
            }
        }

        void timeOut(int count) {
            for (int i = 0; i < count; i++) {
                one(TIME_OUT);
            }
        }

        void cancel(int count) {
            Deque<CompletableFuture<Lease<Object>>> last = new ArrayDeque<>();
            for (int i = 0; i < count; i++) {
                last.addLast(one(Duration.ofHours(1)));
                if (last.size() > CANCEL_AFTER) {
                    last.removeFirst().cancel(true);
                }
            }
            last.forEach(stage -> stage.cancel(true));
        }

        boolean isOver() {
            return gaveUp.get() + served.get() == came.get();
        }
    }

    private void play(String what, Coming coming, int most) throws Exception {
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            PoolClient<Object> pool = pools.startPool(
                    PoolSpec.builder("pool", Object::new).size(1).maxOverflow(0).queueCapacity(most + 1).build());
            Crowd crowd = new Crowd(pool);
            Latencies latencies = new Latencies();
            AtomicBoolean allCame = new AtomicBoolean();
            Lease<Object> first = pool.checkout();
            long heap = heap();
            long begin = System.nanoTime();
            Thread server = Thread.ofPlatform().start(() -> goRound(crowd, first, latencies, allCame));
            coming.come(crowd);
            double cameAfter = (System.nanoTime() - begin) / 1e9;
            allCame.set(true);
            server.join();
            double toldAfter = (System.nanoTime() - begin) / 1e9;
            if (!crowd.isOver() || pool.status().queueDepth() != 0 || pool.status().available() != 1) {
                well = false;
                System.out.println("not balanced: " + crowd.gaveUp + " gave up, " + crowd.served + " served, of "
                        + crowd.came + "; " + pool.status().explain());
            }
            System.out.printf(Locale.ROOT,
                    "%-18s %,9d came in %.2f s, all told after %.2f s: %,d gave up, %,d served; queue up to %,d%n"
                            + "%-18s a service: median %.1f us, 99%% %.1f us, longest %.1f ms;"
                            + " kept in memory %,d KiB%n",
                    what, crowd.came.get(), cameAfter, toldAfter, crowd.gaveUp.get(), crowd.served.get(),
                    crowd.longestQueue.get(), "", latencies.quantile(0.5) / 1e3, latencies.quantile(0.99) / 1e3,
                    latencies.quantile(1) / 1e6, (heap() - heap) / 1024);
        }
    }

    /** The one worker goes from one waiter to the next, until all are served or have given up. */
    private static void goRound(Crowd crowd, Lease<Object> first, Latencies latencies, AtomicBoolean allCame) {
        Lease<Object> lease = first;
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (System.nanoTime() - giveUp < 0) {
                long since = System.nanoTime();
                lease.close();
                Lease<Object> next = null;
                while (next == null && !(allCame.get() && crowd.isOver()) && System.nanoTime() - giveUp < 0) {
                    next = crowd.leases.poll(1, TimeUnit.MILLISECONDS);
                }
                if (next == null) {
                    break;
                }
                latencies.add(System.nanoTime() - since);
                lease = next;
                LockSupport.parkNanos(10_000); // so that most of them give up
            }
            crowd.leases.forEach(Lease::close);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Times in nanoseconds, in buckets that differ by a tenth. */
    private static final class Latencies {
        private static final double STEP = Math.log(1.1);
        private final AtomicLongArray buckets = new AtomicLongArray(400);
        private final AtomicLong longest = new AtomicLong();

        void add(long nanos) {
            int bucket = (int) (Math.log(Math.max(1, nanos)) / STEP);
            buckets.incrementAndGet(Math.min(bucket, buckets.length() - 1));
            longest.accumulateAndGet(nanos, Math::max);
        }

        long count() {
            long sum = 0;
            for (int i = 0; i < buckets.length(); i++) {
                sum += buckets.get(i);
            }
            return sum;
        }

        double quantile(double part) {
            if (part >= 1) {
                return longest.get();
            }
            long wanted = (long) (part * count());
            long seen = 0;
            for (int i = 0; i < buckets.length(); i++) {
                seen += buckets.get(i);
                if (seen > wanted) {
                    return Math.exp((i + 1) * STEP);
                }
            }
            return 0;
        }
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
