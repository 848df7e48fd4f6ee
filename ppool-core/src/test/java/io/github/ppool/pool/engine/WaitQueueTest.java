package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.concurrent.DeadlineHeap;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.process.ExitReason;
import io.github.ppool.time.ManualClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class WaitQueueTest {

    private final WaitQueue<Object> queue = new WaitQueue<>();

    private static final class Number extends Bystander {
        private final int priority;
        private final int name;

        Number(int priority, int name) {
            this.priority = priority;
            this.name = name;
        }

        @Override
        int priority() {
            return priority;
        }

        @Override
        public String toString() {
            return priority + ":" + name;
        }
    }

    @Test
    void it_is_first_in_first_out_among_equals_and_higher_priorities_go_first_whoever_leaves_in_between() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Number> model = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    Number added = new Number(random.nextInt(5) == 0 ? random.nextInt(5) - 2 : 0, i);
                    queue.add(added);
                    model.add(added);
                }
                case 2 -> {
                    if (!model.isEmpty()) {
                        Number leaves = model.remove(random.nextInt(model.size()));
                        assertThat(queue.remove(leaves)).isTrue();
                        assertThat(queue.remove(leaves)).isFalse();
                    }
                }
                default -> {
                    model.sort(Comparator.comparing((Number number) -> -number.priority));
                    assertThat(queue.peek()).as("seed %s", seed).isSameAs(model.isEmpty() ? null : model.get(0));
                    assertThat(queue.size()).isEqualTo(model.size());
                    if (!model.isEmpty()) {
                        queue.remove(Objects.requireNonNull(queue.peek()));
                        model.remove(0);
                    }
                }
            }
        }
        List<Waiter<Object>> all = new ArrayList<>();
        queue.forEach(all::add);
        model.sort(Comparator.comparing((Number number) -> -number.priority));
        assertThat(all).as("seed %s", seed).isEqualTo(model);
    }

    @Test
    void who_comes_back_goes_to_the_front() {
        Number first = new Number(0, 1);
        queue.add(new Number(0, 2));
        queue.addFirst(first);
        assertThat(queue.peek()).isSameAs(first);
    }

    @Test
    void while_it_is_open_others_join_without_the_lock_until_there_are_as_many_as_may_be_wherever_they_stand() {
        queue.add(new Number(1, 1));
        queue.add(new Number(0, 2));
        assertThat(queue.join(new Number(0, 3), 0)).isEqualTo(WaitQueue.Joined.NOT);
        queue.open(3);
        assertThat(queue.join(new Number(0, 3), 0)).isEqualTo(WaitQueue.Joined.YES);
        assertThat(queue.join(new Number(0, 4), 0)).isEqualTo(WaitQueue.Joined.NOT);
        assertThat(queue.close()).isTrue();
        assertThat(queue.close()).isFalse();
        assertThat(queue.size()).isEqualTo(3);
        assertThat(queue.join(new Number(0, 5), 0)).isEqualTo(WaitQueue.Joined.NOT);
        assertThat(queue).hasToString("WaitQueue[1:1, 0:2, 0:3]");
    }

    @Test
    void a_worker_goes_on_at_once_only_with_a_task_that_is_first_of_all_and_of_which_nothing_else_is_to_be_asked() {
        PoolTask.Control control = control();
        PoolTask<Object, Void> task = new PoolTask<>(control, worker -> {}, TaskOptions.DEFAULT, null);
        PoolTask<Object, Void> expires = new PoolTask<>(control, worker -> {}, TaskOptions.DEFAULT, null);
        new DeadlineHeap<Waiter<Object>>().add(expires, 0);
        Number urgent = new Number(1, 1);
        Number borrower = new Number(0, 2);
        queue.add(urgent);
        queue.add(task);
        queue.add(borrower);
        queue.add(expires);

        assertThat(queue.pollTaskIfOpen()).as("closed").isNull();
        queue.open(10);
        assertThat(queue.pollTaskIfOpen()).as("behind a more urgent one").isNull();
        queue.close();
        queue.remove(urgent);
        queue.open(10);
        assertThat(queue.pollTaskIfOpen()).isSameAs(task);
        assertThat(task.queued).isFalse();
        assertThat(queue.pollTaskIfOpen()).as("behind a borrower").isNull();
        queue.remove(borrower);
        assertThat(queue.pollTaskIfOpen()).as("has a deadline to be forgotten").isNull();
        queue.remove(expires);
        assertThat(queue.pollTaskIfOpen()).as("nobody waits").isNull();
        queue.close();
        assertThat(queue.size()).isZero();
    }

    private static final class Comer extends Bystander {
        private final int from;
        private final int name;

        Comer(int from, int name) {
            this.from = from;
            this.name = name;
        }

        @Override
        public String toString() {
            return from + ":" + name;
        }
    }

    @Test
    void many_who_come_are_all_found_each_in_his_order_by_workers_who_rest_when_nobody_is_there() throws Exception {
        int comers = 4;
        int each = 50_000;
        WaitQueue<Object> queue = new WaitQueue<>();
        ReentrantLock lock = new ReentrantLock();
        Deque<Comer> found = new ArrayDeque<>(); // guarded by the lock
        Runnable worker = () -> { // under the lock: takes one, or makes sure that there is none
            Waiter<Object> first = queue.peek();
            if (first == null && queue.close()) {
                first = queue.peek();
            }
            if (first != null) {
                queue.remove(first);
                found.add((Comer) first);
            }
        };
        CountDownLatch done = new CountDownLatch(comers);
        List<Thread> threads = new ArrayList<>();
        for (int from = 0; from < comers; from++) {
            int me = from;
            threads.add(Thread.ofPlatform().start(() -> {
                Random random = new Random(me);
                for (int name = 0; name < each; name++) {
                    Comer one = new Comer(me, name);
                    WaitQueue.Joined joined = queue.join(one, 0);
                    if (joined != WaitQueue.Joined.YES || random.nextInt(3) == 0) {
                        lock.lock();
                        try {
                            boolean wasOpen = queue.close();
                            if (joined == WaitQueue.Joined.NOT) {
                                queue.add(one);
                            }
                            worker.run();
                            if (!queue.isEmpty() && (wasOpen || random.nextBoolean())) {
                                queue.open(20);
                            }
                        } finally {
                            lock.unlock();
                        }
                    }
                }
                done.countDown();
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(done.getCount()).isZero();
        queue.close();
        while (!queue.isEmpty()) {
            worker.run();
        }
        assertThat(found).hasSize(comers * each);
        int[] next = new int[comers];
        for (Comer one : found) {
            assertThat(one.name).isEqualTo(next[one.from]++);
        }
    }

    private static PoolTask.Control control() {
        PoolSpec<Object> spec = PoolSpec.builder("queue", Object::new).build();
        return new PoolTask.Control("queue", new ListenerNotifier(spec, new ManualClock())) {
            @Override
            boolean cancel(PoolTask<?, ?> task) {
                throw new AssertionError("nothing is cancelled here");
            }

            @Override
            boolean exit(PoolTask<?, ?> task, ExitReason reason) {
                throw new AssertionError("nothing runs here");
            }

            @Override
            void lock() {
                throw new AssertionError("nothing is asked for here");
            }

            @Override
            void unlock() {}
        };
    }
}
