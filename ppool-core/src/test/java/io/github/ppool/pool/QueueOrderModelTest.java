package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.pool.PoolWorld.Client;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random steps on a pool with a manual clock, beside a plain model of its queue. The steps are checkouts of stages
 * and of processes, tasks, priorities, time-outs and deadlines, check-ins, crashes of workers, kills of waiting
 * processes, cancellations, and time. After each step the whole queue is compared, in its order of service, and also
 * the numbers of those that were shed.
 *
 * <p>The model keeps a list and looks through all of it. It finds an overload in the record of all times: so it shares
 * no step with the pool. {@code -Dmodel.seed=N} throws the same dice again.
 */
class QueueOrderModelTest {

    private static final long NEVER = Long.MAX_VALUE;

    private static long seed() {
        return Long.getLong("model.seed", System.nanoTime());
    }

    @RepeatedTest(20)
    void the_queue_is_that_of_the_model(RepetitionInfo repetition) {
        new Play(seed() + repetition.getCurrentRepetition()).run(150);
    }

    @Test
    @Tag("slow")
    void the_queue_is_that_of_the_model_for_minutes() {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        long first = seed();
        for (int round = 0; System.nanoTime() - end < 0; round++) {
            new Play(first + round).run(400);
        }
    }

    /** A waiter as the model sees it. */
    private static final class Expected {
        private final int number;
        private final boolean task;
        private final int priority;
        private final long since;
        private final long deadline;
        /** Closes its lease, or ends its task, when it has been served. */
        private Runnable release = () -> {};
        private Runnable giveUp = () -> {};
        private BooleanSupplier served = () -> false;

        Expected(int number, boolean task, int priority, long since, long deadline) {
            this.number = number;
            this.task = task;
            this.priority = priority;
            this.since = since;
            this.deadline = deadline;
        }

        PoolInspection.Waiting asInspected(long now, String who) {
            return new PoolInspection.Waiting(task, who, priority, Duration.ofMillis(now - since),
                    deadline == NEVER ? null : Duration.ofMillis(deadline - now));
        }

        @Override
        public String toString() {
            return "#" + number;
        }
    }

    /** The queue of the model: waiters in the order in which they came, and the record of all times. */
    private static final class Model {
        private final QueueOrder order;
        private final ShedRule rule;
        private final int capacity;
        private final long target;
        private final long interval;
        private final boolean drops;
        private final List<Expected> waiting = new ArrayList<>();
        /** When the oldest waiter of each moment had come; -1 for an empty queue. */
        private final List<Long> record = new ArrayList<>();
        private final Set<Long> breaks = new HashSet<>();
        private boolean overloaded;
        private long oldest;
        private long deadline;
        private long newest;
        private long maxWait;

        Model(QueueOrder order, ShedRule rule, int capacity, @Nullable Integer target, int interval) {
            this.order = order;
            this.rule = rule;
            this.capacity = capacity;
            this.drops = target != null;
            this.target = target == null ? 0 : target;
            this.interval = interval;
        }

        private boolean watches() {
            return drops || order == QueueOrder.ADAPTIVE;
        }

        /** After each change: the state of a moment at its end, and whether the wait was ever below the target. */
        void note(long now) {
            long last = waiting.isEmpty() ? -1 : waiting.getFirst().since;
            while (record.size() <= now) {
                record.add(last);
            }
            record.set((int) now, last);
            if (!isAbove(now)) {
                breaks.add(now);
            }
            if (last < 0) {
                overloaded = false;
            }
        }

        private boolean isAbove(long moment) {
            long since = record.get((int) moment);
            return since >= 0 && moment - since >= target;
        }

        /** Whether the oldest wait was as long as the target for the whole of the last interval. */
        boolean isOverloaded(long now) {
            if (!watches() || waiting.isEmpty()) {
                return false;
            }
            boolean whole = now - interval >= 0 && isAbove(now - interval);
            for (long moment = now - interval + 1; whole && moment <= now; moment++) {
                whole = isAbove(moment) && !breaks.contains(moment);
            }
            overloaded |= whole;
            return overloaded;
        }

        List<Expected> inOrder(long now) {
            Comparator<Expected> byPriority = Comparator.comparingInt((Expected each) -> each.priority).reversed();
            List<Expected> all = new ArrayList<>(waiting);
            if (order == QueueOrder.LIFO || (order == QueueOrder.ADAPTIVE && isOverloaded(now))) {
                all = new ArrayList<>(all.reversed());
            }
            all.sort(byPriority); // stable
            return all;
        }

        /** The one that goes for the newcomer; the newcomer itself if it is refused; null if there is room. */
        @Nullable
        Expected shedFor(Expected newcomer) {
            if (waiting.size() < capacity) {
                return null;
            }
            int lowest = waiting.stream().mapToInt(each -> each.priority).min().orElse(Integer.MAX_VALUE);
            if (rule == ShedRule.NEWEST || lowest > newcomer.priority) {
                newest++;
                return newcomer;
            }
            List<Expected> among = new ArrayList<>(
                    waiting.stream().filter(each -> each.priority == lowest).toList());
            if (rule == ShedRule.OLDEST) {
                oldest++;
                return among.getFirst();
            }
            if (lowest == newcomer.priority) {
                among.add(newcomer);
            }
            Expected nearest = among.getFirst();
            for (Expected each : among) {
                nearest = each.deadline <= nearest.deadline ? each : nearest;
            }
            deadline++;
            return nearest;
        }
    }

    /** One game. */
    private static final class Play {
        private final long seed;
        private final Random dice;
        private final int workers;
        private final Model model;
        private final List<Expected> holders = new ArrayList<>();
        private int number;
        private long now;

        Play(long seed) {
            this.seed = seed;
            this.dice = new Random(seed);
            this.workers = 1 + dice.nextInt(3);
            QueueOrder order = QueueOrder.values()[dice.nextInt(3)];
            ShedRule rule = ShedRule.values()[dice.nextInt(3)];
            this.model = new Model(order, rule, 1 + dice.nextInt(8), dice.nextBoolean() ? 1 + dice.nextInt(8) : null,
                    1 + dice.nextInt(20));
        }

        private String what() {
            return "seed " + seed + ", workers " + workers + ", " + model.order + ", shed " + model.rule
                    + ", capacity " + model.capacity + ", target " + (model.drops ? model.target : "none")
                    + ", interval " + model.interval + ", at " + now + " ms";
        }

        void run(int steps) {
            System.out.println("QueueOrderModelTest " + what());
            CapturedLog silence = CapturedLog.silence(); // workers crash on purpose
            try (PoolWorld world = new PoolWorld()) {
                PoolClient<Worker> pool = world.start(spec -> spec
                        .size(workers)
                        .queue(model.order)
                        .shed(model.rule)
                        .queueCapacity(model.capacity)
                        .maxWaitTarget(model.drops ? Duration.ofMillis(model.target) : null)
                        .maxWaitInterval(Duration.ofMillis(model.interval)));
                long begun = world.world.clock().nanoTime();
                assertThat(begun).isZero();
                model.note(0);
                for (int i = 0; i < steps; i++) {
                    step(world, pool);
                    world.world.quiesce();
                    compare(world, pool);
                }
                while (!holders.isEmpty()) {
                    release(holders.getFirst());
                    world.world.quiesce();
                    compare(world, pool);
                }
            } finally {
                silence.close();
            }
        }

        private void step(PoolWorld world, PoolClient<Worker> pool) {
            switch (dice.nextInt(12)) {
                case 0, 1, 2, 3, 4 -> arrive(world, pool);
                case 5, 6, 7 -> {
                    if (!holders.isEmpty()) {
                        release(holders.get(dice.nextInt(holders.size())));
                    }
                }
                case 8 -> {
                    if (!model.waiting.isEmpty()) {
                        Expected leaves = model.waiting.get(dice.nextInt(model.waiting.size()));
                        leaves.giveUp.run();
                        leave(leaves);
                    }
                }
                default -> {
                    for (int i = dice.nextInt(8); i >= 0; i--) {
                        tick(world);
                    }
                }
            }
        }

        private void arrive(PoolWorld world, PoolClient<Worker> pool) {
            int kind = dice.nextInt(3);
            int priority = kind == 0 && dice.nextBoolean() ? dice.nextInt(3) - 1 : 0;
            boolean limited = kind != 0 || dice.nextBoolean();
            long limit = 1 + dice.nextInt(40);
            Expected one = new Expected(++number, kind == 0, priority, now, limited ? now + limit : NEVER);
            Duration timeout = Duration.ofMillis(limit);
            model.isOverloaded(now); // as it is before the newcomer
            Expected shed = holders.size() < workers ? null : model.shedFor(one);
            switch (kind) {
                case 0 -> arriveAsTask(pool, one, limited ? timeout : null, shed);
                case 1 -> arriveAsStage(pool, one, timeout);
                default -> arriveAsProcess(world, pool, one, timeout);
            }
            if (shed != null && !shed.equals(one)) {
                leave(shed);
            }
            if (!one.equals(shed)) {
                model.waiting.add(one);
                model.note(now);
            }
            serve();
        }

        private void arriveAsTask(PoolClient<Worker> pool, Expected one, @Nullable Duration limit,
                @Nullable Expected shed) {
            TaskOptions options = TaskOptions.DEFAULT.withPriority(one.priority);
            Task<?> task;
            try {
                task = pool.tasks(limit == null ? options : options.withDeadline(limit))
                        .asyncQueue(worker -> Objects.requireNonNull(ProcessSystem.currentProcess())
                                .receive("go"::equals));
            } catch (PoolRejectedException refused) {
                assertThat(shed).as(what()).isSameAs(one);
                return;
            }
            assertThat(shed).as(what()).isNotSameAs(one);
            boolean crashes = dice.nextInt(4) == 0;
            one.giveUp = () -> assertThat(task.cancel()).as(what()).isTrue();
            one.served = () -> task.state() == TaskState.RUNNING;
            one.release = () -> {
                if (crashes) {
                    task.exit(ExitReason.KILL);
                } else {
                    task.pid().orElseThrow().send("go");
                }
            };
        }

        private void arriveAsStage(PoolClient<Worker> pool, Expected one, Duration timeout) {
            CompletableFuture<Lease<Worker>> stage = pool.checkoutAsync(timeout).toCompletableFuture();
            boolean crashes = dice.nextInt(4) == 0;
            one.giveUp = () -> stage.cancel(true);
            one.served = () -> stage.isDone() && !stage.isCompletedExceptionally();
            one.release = () -> {
                if (crashes) {
                    stage.join().fail(new IllegalStateException("broken"));
                } else {
                    stage.join().close();
                }
            };
        }

        private void arriveAsProcess(PoolWorld world, PoolClient<Worker> pool, Expected one, Duration timeout) {
            Client<Lease<Worker>> client = world.client(() -> pool.checkout(timeout));
            one.giveUp = () -> world.kill(client.pid());
            one.served = () -> client.result != null;
            one.release = () -> world.kill(client.pid()); // the worker comes back
        }

        /** The model gives free workers to waiters, the first ones first. */
        private void serve() {
            while (holders.size() < workers && !model.waiting.isEmpty()) {
                Expected next = model.inOrder(now).getFirst();
                model.isOverloaded(now); // as it is before that waiter leaves
                model.waiting.remove(next);
                model.note(now);
                holders.add(next);
            }
        }

        private void release(Expected holder) {
            Eventually.so(() -> holder + " is not served, " + what(), holder.served);
            model.isOverloaded(now);
            holders.remove(holder);
            holder.release.run();
            serve();
            model.note(now);
        }

        private void leave(Expected waiter) {
            model.isOverloaded(now);
            model.waiting.remove(waiter);
            model.note(now);
        }

        private void tick(PoolWorld world) {
            now++;
            model.note(now);
            world.advance(Duration.ofMillis(1));
            boolean late = true;
            while (late) {
                boolean overloaded = model.isOverloaded(now);
                Expected first = model.waiting.isEmpty() ? null : model.waiting.getFirst();
                late = model.drops && overloaded && first != null && now - first.since >= model.target;
                if (late) {
                    boolean both = first.deadline <= now; // at the same moment: either timer may be the first
                    leave(first);
                    model.maxWait += both ? 0 : 1;
                }
            }
            for (Expected each : List.copyOf(model.waiting)) {
                if (each.deadline <= now) {
                    leave(each);
                }
            }
            model.isOverloaded(now);
            model.note(now);
        }

        private void compare(PoolWorld world, PoolClient<Worker> pool) {
            for (Expected holder : holders) {
                Eventually.so(() -> holder + " is not served, " + what() + "; " + pool, holder.served);
            }
            world.world.quiesce();
            List<PoolInspection.Waiting> queue = world.pools.admin().inspect("pool", 0, 100).orElseThrow().queue();
            List<Expected> expected = model.inOrder(now);
            assertThat(queue).as("%s; %s", what(), pool).hasSameSizeAs(expected);
            for (int i = 0; i < queue.size(); i++) {
                assertThat(queue.get(i)).as("%s, place %s; %s", what(), i, pool)
                        .isEqualTo(expected.get(i).asInspected(now, queue.get(i).who()));
            }
            PoolStatus status = pool.status();
            assertThat(status.queue().overloaded()).as(what()).isEqualTo(model.isOverloaded(now));
            PoolStatus.Shed counts = status.queue().counts();
            assertThat(List.of(counts.newest(), counts.oldest(), counts.deadline())).as(what())
                    .isEqualTo(List.of(model.newest, model.oldest, model.deadline));
            assertThat(counts.maxWait()).as(what()).isGreaterThanOrEqualTo(model.maxWait);
        }
    }
}
