package io.github.ppool.pool;

import io.github.ppool.Eventually;
import io.github.ppool.conformance.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

/**
 * A load generator on a clock that stands still between two events: callers come, borrow a worker of a real pool for a
 * time, and give it back. The pool decides; only time is simulated, so the outcome is the same on each machine. All
 * settings see the same callers: the same times of arrival, and the same time of use for each caller.
 *
 * <p>The pool has 4 workers, and a use takes 20 ms in the mean: it can serve 200 callers a second. 140 come a second,
 * and 300 from second 10 to second 20. A caller waits for 2 s at most.
 */
final class OverloadSimulation {

    static final int SECONDS = 40;
    static final int OVERLOAD_FROM = 10;
    static final int OVERLOAD_TO = 20;
    static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int WORKERS = 4;
    private static final double MEAN_USE_NANOS = 20e6;
    private static final double QUIET_PER_SECOND = 140;
    private static final double OVERLOAD_PER_SECOND = 300;

    /** A caller that was served: when it came, and how long it has waited. */
    record Served(long arrivalNanos, long waitNanos) {}

    /** The outcome: the callers that were served, and the times at which those came that were not. */
    record Outcome(List<Served> served, List<Long> refused) {

        /** The part of the callers of these seconds that were served within a time, 0 to 1. */
        double servedWithin(Duration wait, int fromSecond, int toSecond) {
            long in = served.stream().filter(each -> isIn(each.arrivalNanos, fromSecond, toSecond)).count();
            long all = in + refused.stream().filter(each -> isIn(each, fromSecond, toSecond)).count();
            long good = served.stream().filter(each -> isIn(each.arrivalNanos, fromSecond, toSecond)
                    && each.waitNanos <= wait.toNanos()).count();
            return (double) good / all;
        }

        private static boolean isIn(long nanos, int fromSecond, int toSecond) {
            return nanos >= fromSecond * 1_000_000_000L && nanos < toSecond * 1_000_000_000L;
        }

        /** The wait in nanoseconds below which a part of the served callers of a time stay; -1 if there is none. */
        long percentile(double part, long fromNanos, long toNanos) {
            long[] waits = served.stream()
                    .filter(each -> each.arrivalNanos >= fromNanos && each.arrivalNanos < toNanos)
                    .mapToLong(Served::waitNanos).sorted().toArray();
            return waits.length == 0 ? -1 : waits[(int) Math.min(waits.length - 1, (long) (part * waits.length))];
        }

        long refusedBetween(long fromNanos, long toNanos) {
            return refused.stream().filter(each -> each >= fromNanos && each < toNanos).count();
        }
    }

    private record Event(long atNanos, long number, Runnable action) {}

    private final World world = new World();
    private final PoolClient<Object> pool;
    private final PriorityQueue<Event> events = new PriorityQueue<>(
            (a, b) -> a.atNanos != b.atNanos ? Long.compare(a.atNanos, b.atNanos) : Long.compare(a.number, b.number));
    private final List<Served> served = new ArrayList<>();
    /** Refusals by a timer come on other threads, while the clock goes on: so only the caller is noted. */
    private final Queue<Long> refused = new ConcurrentLinkedQueue<>();
    private long number;
    private long startNanos;

    private OverloadSimulation(UnaryOperator<PoolSpec.Builder<Object>> settings) {
        PoolSpec<Object> spec = settings.apply(PoolSpec.builder("pool", Object::new)
                .size(WORKERS).maxOverflow(0).queueCapacity(10_000)).build();
        Pools pools = world.perform(() -> Pools.start(world.system()));
        pool = world.perform(() -> pools.startPool(spec));
        world.quiesce();
    }

    static Outcome run(long seed, UnaryOperator<PoolSpec.Builder<Object>> settings) {
        OverloadSimulation simulation = new OverloadSimulation(settings);
        try {
            return simulation.play(new Random(seed));
        } finally {
            simulation.world.close();
        }
    }

    private Outcome play(Random dice) {
        startNanos = world.clock().nanoTime();
        int callers = 0;
        for (double at = exponential(dice, 1e9 / QUIET_PER_SECOND); at < SECONDS * 1e9;) {
            long arrival = (long) at;
            long use = (long) exponential(dice, MEAN_USE_NANOS);
            at(arrival, () -> arrive(arrival, use));
            boolean overload = at >= OVERLOAD_FROM * 1e9 && at < OVERLOAD_TO * 1e9;
            at += exponential(dice, 1e9 / (overload ? OVERLOAD_PER_SECOND : QUIET_PER_SECOND));
            callers++;
        }
        int all = callers;
        for (Event next = events.poll(); next != null; next = events.poll()) {
            world.clock().advance(Duration.ofNanos(next.atNanos - nowNanos()));
            next.action.run();
        }
        Eventually.so(() -> served.size() + " + " + refused.size() + " of " + all + "; " + pool,
                () -> served.size() + refused.size() == all);
        return new Outcome(served, refused.stream().sorted().toList());
    }

    private static double exponential(Random dice, double mean) {
        return -mean * StrictMath.log(1 - dice.nextDouble());
    }

    private long nowNanos() {
        return world.clock().nanoTime() - startNanos;
    }

    private void at(long nanos, Runnable action) {
        events.add(new Event(nanos, number++, action));
    }

    private void arrive(long arrivalNanos, long useNanos) {
        var unused = pool.checkoutAsync(PATIENCE).whenComplete((lease, thrown) -> {
            if (lease == null) {
                refused.add(arrivalNanos);
            } else { // on the thread of the simulation: a worker comes only where a lease is closed
                served.add(new Served(arrivalNanos, nowNanos() - arrivalNanos));
                at(nowNanos() + useNanos, lease::close);
            }
        });
    }
}
