package io.github.ppool.durable.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.github.ppool.cluster.engine.LeaseSettings;
import io.github.ppool.cluster.engine.NodeLease;
import io.github.ppool.cluster.store.MemoryLeaseStore;
import io.github.ppool.cluster.store.SchemaMode;
import io.github.ppool.durable.DurableTask;
import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.TaskQuery;
import io.github.ppool.durable.store.ClaimedTask;
import io.github.ppool.durable.store.JdbcTaskStore;
import io.github.ppool.durable.store.NewTask;
import io.github.ppool.durable.store.TaskStore;
import io.github.ppool.durable.store.TaskStore.Change;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.ShedRule;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.PlanByReason;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.time.MonotonicClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The engine with its threads, real pools and a database. */
@Timeout(60)
abstract class DurableEngineContract {

    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration SOON = Duration.ofSeconds(50);
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final String prefix = "e" + NUMBERS.incrementAndGet() + "_";
    private final MemoryLeaseStore leases = new MemoryLeaseStore(MonotonicClock.system());
    private final List<Node> nodes = new ArrayList<>();
    final Map<String, AtomicInteger> effects = new ConcurrentHashMap<>();
    private HikariDataSource own;
    private HikariDataSource application;
    private JdbcTemplate jdbc;
    TaskStore store;

    abstract HikariDataSource newDataSource(int connections);

    @BeforeEach
    void open() {
        application = newDataSource(10);
        own = newDataSource(5);
        jdbc = new JdbcTemplate(application);
        jdbc.execute("drop table if exists effect");
        jdbc.execute("create table effect (task bigint, attempt int)");
        store = newStore(application);
        store.prepare();
    }

    @AfterEach
    void close() {
        nodes.forEach(Node::close);
        own.close();
        application.close();
    }

    private JdbcTaskStore newStore(HikariDataSource dataSource) {
        return new JdbcTaskStore(dataSource, prefix, SchemaMode.ALWAYS, null, false);
    }

    /** A node of the cluster, in this JVM. */
    final class Node {
        final NodeLease lease;
        final ProcessSystem system = new ProcessSystem(MonotonicClock.system());
        final Pools pools;
        final PoolClient<Object> pool;
        final DurableEngine engine;

        Node(String name, int size, DurablePoolSettings settings, TaskHandler... handlers) {
            this(name, size, settings, newStore(own), handlers);
        }

        Node(String name, int size, DurablePoolSettings settings, TaskStore ownStore, TaskHandler... handlers) {
            lease = new NodeLease(leases, MonotonicClock.system(), new LeaseSettings(name, LEASE, Duration.ZERO));
            lease.start();
            try {
                pools = Pools.start(system);
                pool = pools.startPool(PoolSpec.<Object>builder("books", new Workers())
                        .size(size)
                        .maxOverflow(0)
                        .build());
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
            engine = new DurableEngine(ownStore, newStore(application), lease, leases, pools::pool, List.of(handlers),
                    unused -> settings, EngineSettings.DEFAULT,
                    new TransactionTemplate(new JdbcTransactionManager(application)), AttemptHook.NONE,
                    MonotonicClock.system(), new JsonOfTests());
            nodes.add(this);
            engine.start();
        }

        DurableFigures figures() {
            return engine.figures().get("books");
        }

        void close() {
            engine.stop(Duration.ofSeconds(5));
            lease.stop();
            try {
                pools.close();
            } finally {
                system.close();
            }
        }
    }

    private static final class Workers implements WorkerFactory<Object> {
        @Override
        public Object create() {
            return new Object();
        }
    }

    static TestHandler plain(String name, TestNode.Body body) {
        return new TestHandler(name, false, null, body);
    }

    static TestHandler transactional(String name, TestNode.Body body) {
        return new TestHandler(name, true, null, body);
    }

    record TestHandler(String name, boolean transactional, @Nullable Duration timeout, TestNode.Body body)
            implements
                TaskHandler {
        @Override
        public String pool() {
            return "books";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public Set<Integer> versions() {
            return Set.of(1);
        }

        @Override
        public void run(Object worker, ClaimedTask row, DurableTask task) throws Throwable {
            body.run(row, task);
        }
    }

    static DurablePoolSettings plan(String plan) {
        return new DurablePoolSettings(
                RestartPolicy.of(RestartPlan.parse(plan)), DurablePoolSettings.OnEnd.WAIT, null, null);
    }

    private static NewTask task(String name, @Nullable Duration delay) {
        return new NewTask("books", name, 1, null, null, 0, Duration.ofMinutes(1), delay, null, "{}", null);
    }

    long enqueue(String name) {
        return store.insert(List.of(task(name, null))).get(0).id();
    }

    void enqueue(String name, int count) {
        store.insert(Collections.nCopies(count, task(name, null)));
    }

    private void count(String what) {
        effects.computeIfAbsent(what, unused -> new AtomicInteger()).incrementAndGet();
    }

    private int counted(String what) {
        return effects.getOrDefault(what, new AtomicInteger()).get();
    }

    private DurableTaskView view(long id) {
        return store.find(id).orElseThrow();
    }

    private void awaitEnd(long id) {
        await().atMost(SOON).until(() -> store.find(id).isEmpty());
    }

    private void awaitState(long id, DurableTaskState state) {
        await().atMost(SOON).until(() -> store.find(id).map(DurableTaskView::state).orElse(null) == state);
    }

    @Test
    void thousands_of_tasks_of_two_nodes_run_once_each() {
        TestHandler handler = plain("note", (row, task) -> count("" + row.id()));
        enqueue("note", 3_000);
        Node one = new Node("one", 4, DurablePoolSettings.DEFAULT, handler);
        Node two = new Node("two", 4, DurablePoolSettings.DEFAULT, handler);
        enqueue("note", 2_000);
        await().atMost(Duration.ofSeconds(50)).until(() -> store.counts().isEmpty());
        assertThat(effects).hasSize(5_000).allSatisfy((id, times) -> assertThat(times).hasValue(1));
        await().atMost(SOON)
                .until(() -> one.figures().succeeded() + two.figures().succeeded() == 5_000);
        assertThat(one.figures().claims()).as("claims").isLessThan(2_500);
        await().atMost(SOON).until(() -> one.figures().claimed() == 0 && one.figures().running() == 0);
    }

    @Test
    void transactional_effects_and_ends_are_one() {
        AtomicInteger failures = new AtomicInteger();
        enqueue("book", 300);
        Node node = new Node("one", 4, plan("[restart*20, wait]"), transactional("book", (row, task) -> {
            jdbc.update("insert into effect values (?, ?)", row.id(), row.attempt());
            if (row.id() % 3 == 0 && row.attempt() == 1) {
                failures.incrementAndGet();
                throw new IOException("the first attempt fails");
            }
        }));
        await().atMost(SOON).until(() -> store.counts().isEmpty());
        assertThat(jdbc.queryForObject("select count(*) from effect", Integer.class)).isEqualTo(300);
        assertThat(jdbc.queryForObject("select count(distinct task) from effect", Integer.class)).isEqualTo(300);
        assertThat(failures).hasValue(100);
        await().atMost(SOON).until(() -> node.figures().succeeded() == 300 && node.figures().failed() == 100);
    }

    @Test
    void a_task_of_the_own_node_begins_within_milliseconds() throws InterruptedException {
        CountDownLatch[] begun = {new CountDownLatch(1)};
        long[] at = new long[1];
        Node node = new Node("one", 2, DurablePoolSettings.DEFAULT, plain("note", (row, task) -> {
            at[0] = System.nanoTime();
            begun[0].countDown();
        }));
        long[] took = new long[40];
        long[] machine = new long[took.length];
        for (int i = 0; i < took.length; i++) {
            machine[i] = commitAndHandOver();
            begun[0] = new CountDownLatch(1);
            long from = System.nanoTime();
            enqueue("note");
            node.engine.wake("books");
            assertThat(begun[0].await(50, TimeUnit.SECONDS)).isTrue();
            took[i] = (at[0] - from) / 1_000;
            await().atMost(SOON).until(() -> node.figures().claimed() == 0);
        }
        Arrays.sort(took);
        Arrays.sort(machine);
        System.out.println("enqueue to begin, microseconds: p50 " + took[20] + ", p90 " + took[36] + ", a commit and a"
                + " thread p50 " + machine[20]);
        assertThat(took[20]).as("the median in microseconds").isLessThan(50_000 + 10 * machine[20]);
    }

    /** The time of a commit and of the start of a thread, in microseconds: what a busy machine takes for such steps. */
    private long commitAndHandOver() throws InterruptedException {
        long from = System.nanoTime();
        jdbc.update("insert into effect values (-1, 1)");
        Thread.ofPlatform().start(() -> {}).join();
        return (System.nanoTime() - from) / 1_000;
    }

    @Test
    void plans_go_on_over_restarts_of_the_engine() {
        RestartPolicy policy = RestartPolicy.of(PlanByReason.parse(Map.of(
                "IOException", "[restart, 200ms, restart, delete]", "default", "[wait]")))
                .withCount(RestartCount.ONCE);
        DurablePoolSettings settings = new DurablePoolSettings(policy, DurablePoolSettings.OnEnd.WAIT, null, null);
        AtomicInteger attempts = new AtomicInteger();
        long id = enqueue("note");
        for (int i = 1; i <= 4; i++) {
            int life = i;
            Node node = new Node("life " + i, 1, settings, plain("note", (row, task) -> {
                if (row.attempt() > life) { // it is for the next life: the stop gives it back
                    Thread.sleep(60_000); // the work of the task, which ends before
                }
                attempts.incrementAndGet();
                throw new IOException("attempt " + row.attempt());
            }));
            await().atMost(SOON).until(() -> node.figures().failed() == 1);
            node.engine.stop(Duration.ZERO);
        }
        awaitEnd(id);
        assertThat(attempts).hasValue(4); // deleted by the fourth element
    }

    @Test
    void a_reason_chooses_its_plan_and_the_row_tells_it() {
        RestartPolicy policy = RestartPolicy.of(PlanByReason.parse(Map.of(
                "IllegalArgumentException", "[delete]", "timeout", "[wait]", "unreadable", "[wait]", "default",
                "[wait]")));
        DurablePoolSettings settings = new DurablePoolSettings(policy, DurablePoolSettings.OnEnd.WAIT, null, null);
        Node node = new Node("one", 4, settings,
                plain("bad", (row, task) -> {
                    throw new IllegalArgumentException("no");
                }),
                plain("garbled", (row, task) -> {
                    throw new UnreadablePayloadException("the payload", new IOException("json"));
                }),
                // the work of the task, which its time-out ends
                new TestHandler("slow", false, Duration.ofMillis(200), (row, task) -> Thread.sleep(20_000)),
                plain("odd", (row, task) -> {
                    throw new StackOverflowError("text with \u0000 and \uD800");
                }));
        long bad = enqueue("bad");
        long garbled = enqueue("garbled");
        long slow = enqueue("slow");
        long odd = enqueue("odd");
        awaitEnd(bad);
        for (long id : new long[]{garbled, slow, odd}) {
            awaitState(id, DurableTaskState.LAID_DOWN);
        }
        assertThat(view(garbled).reason()).isEqualTo("unreadable");
        assertThat(view(slow).reason()).isEqualTo("timeout");
        assertThat(view(odd).reason()).isEqualTo("StackOverflowError");
        assertThat(view(odd).failure()).contains("text with").hasSizeLessThanOrEqualTo(4_000);
        // Counted by the node after the database has it.
        await().atMost(SOON).until(() -> node.figures().laidDown() == 3 && node.figures().deleted() == 1);
    }

    @Test
    void the_key_is_the_same_in_all_attempts_and_the_token_grows_with_each() {
        List<String> keys = Collections.synchronizedList(new ArrayList<>());
        List<Long> tokens = Collections.synchronizedList(new ArrayList<>());
        Node node = new Node("one", 1, plan("[restart*2, wait]"), plain("note", (row, task) -> {
            keys.add(task.key());
            tokens.add(task.token());
            throw new IOException("again");
        }));
        long id = enqueue("note");
        awaitState(id, DurableTaskState.LAID_DOWN);
        assertThat(tokens).containsExactly(1L, 2L, 3L);
        store.change(Change.REDRIVE, TaskQuery.ALL, id);
        node.engine.wake("books");
        await().atMost(SOON).until(() -> tokens.size() >= 4);
        awaitState(id, DurableTaskState.LAID_DOWN);
        assertThat(tokens).startsWith(1L, 2L, 3L, 4L).isSorted().doesNotHaveDuplicates();
        assertThat(keys).containsOnly("note#" + id);
    }

    @Test
    void delayed_tasks_begin_when_they_are_due() {
        new Node("one", 2, DurablePoolSettings.DEFAULT, plain("note", (row, task) -> count("note")));
        long begin = System.nanoTime();
        store.insert(List.of(task("note", Duration.ofMillis(1_500))));
        await().atMost(SOON).until(() -> counted("note") == 1);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(
                Duration.ofMillis(1_400), SOON);
    }

    @Test
    void an_orderly_stop_gives_the_rest_back_and_lets_running_ones_finish() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch finish = new CountDownLatch(1);
        Node node = new Node("one", 2, new DurablePoolSettings(
                DurablePoolSettings.DEFAULT_PLAN, DurablePoolSettings.OnEnd.WAIT, 10, null),
                plain("note", (row, task) -> {
                    begun.countDown();
                    finish.await();
                    count("note");
                }));
        enqueue("note", 20);
        assertThat(begun.await(50, TimeUnit.SECONDS)).isTrue();
        await().atMost(SOON).until(() -> node.figures().claimed() == 12);
        Thread stopper = Thread.ofPlatform().start(() -> node.engine.stop(Duration.ofSeconds(30)));
        await().atMost(SOON).until(() -> store.counts().get("books").getOrDefault(DurableTaskState.READY, 0L) == 18);
        finish.countDown();
        stopper.join();
        assertThat(counted("note")).isEqualTo(2);
        assertThat(store.list(TaskQuery.ALL, 0, 100)).hasSize(18).allSatisfy(task -> {
            assertThat(task.state()).isEqualTo(DurableTaskState.READY);
            assertThat(task.attempts()).isZero();
        });
        assertThat(node.figures().claimed()).isZero();
    }

    @Test
    void attempts_that_do_not_finish_in_time_are_given_back() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Node node = new Node("one", 1, DurablePoolSettings.DEFAULT, plain("note", (row, task) -> {
            begun.countDown();
            Thread.sleep(60_000); // the work of the task, which ends before
        }));
        long id = enqueue("note");
        assertThat(begun.await(50, TimeUnit.SECONDS)).isTrue();
        node.engine.stop(Duration.ZERO);
        assertThat(view(id).state()).isEqualTo(DurableTaskState.READY);
        assertThat(view(id).attempts()).isZero();
    }

    @Test
    void running_and_queued_tasks_are_cancelled() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Node node = new Node("one", 1, new DurablePoolSettings(
                DurablePoolSettings.DEFAULT_PLAN, DurablePoolSettings.OnEnd.WAIT, 5, null),
                plain("note", (row, task) -> {
                    begun.countDown();
                    Thread.sleep(60_000); // the work of the task, which ends before
                }));
        long running = enqueue("note");
        assertThat(begun.await(50, TimeUnit.SECONDS)).isTrue();
        long queued = enqueue("note");
        awaitState(queued, DurableTaskState.CLAIMED);
        store.change(Change.CANCEL, TaskQuery.ALL, running);
        store.change(Change.CANCEL, TaskQuery.ALL, queued);
        awaitEnd(running);
        awaitEnd(queued);
        await().atMost(SOON).until(() -> node.figures().cancelled() == 2);
    }

    @Test
    void progress_is_shown_and_a_checkpoint_outlives_the_attempt() throws InterruptedException {
        CountDownLatch shown = new CountDownLatch(1);
        List<Optional<Integer>> found = Collections.synchronizedList(new ArrayList<>());
        new Node("one", 1, plan("[restart*3, wait]"), plain("note", (row, task) -> {
            found.add(task.checkpoint(Integer.class));
            task.progress(40, "page 4 of 10");
            task.checkpoint(found.size());
            if (task.attempt() < 3) {
                throw new IOException("again");
            }
            shown.await();
        }));
        long id = enqueue("note");
        await().atMost(SOON).until(() -> Integer.valueOf(40).equals(view(id).percent()));
        assertThat(view(id).progress()).isEqualTo("page 4 of 10");
        shown.countDown();
        awaitEnd(id);
        assertThat(found).containsExactly(Optional.empty(), Optional.of(1), Optional.of(2));
    }

    /** The transaction of the attempt has locked the row, so operators read the notes beside it. */
    @Test
    void progress_of_a_transactional_attempt_is_shown_while_it_runs_and_after_it_has_failed() throws Exception {
        CountDownLatch shown = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        new Node("one", 1, plan("[wait]"), transactional("book", (row, task) -> {
            task.progress(40, "page 4 of 10");
            shown.await();
            task.progress(70, null);
            throw new IOException("page 7");
        }), transactional("other", (row, task) -> {
            task.progress(90, "nearly");
            finish.await();
        }));
        long id = enqueue("book");
        await().atMost(SOON).until(() -> Integer.valueOf(40).equals(view(id).percent()));
        assertThat(view(id).progress()).isEqualTo("page 4 of 10");
        assertThat(store.list(TaskQuery.ALL, 0, 10)).extracting(DurableTaskView::percent).containsExactly(40);
        shown.countDown();
        awaitState(id, DurableTaskState.LAID_DOWN);
        assertThat(view(id).percent()).isEqualTo(70);
        assertThat(view(id).progress()).isNull();
        long other = enqueue("other");
        await().atMost(SOON).until(() -> Integer.valueOf(90).equals(view(other).percent()));
        finish.countDown();
        awaitEnd(other);
        await().atMost(SOON).untilAsserted(() -> assertThat(store.progressing()).isEmpty());
    }

    @Test
    void the_progress_that_a_stopped_node_has_left_is_removed() throws Exception {
        CountDownLatch finish = new CountDownLatch(1);
        Node one = new Node("one", 1, DurablePoolSettings.DEFAULT, transactional("book", (row, task) -> {
            task.progress(40, "page 4 of 10");
            finish.await();
        }));
        long id = enqueue("book");
        await().atMost(SOON).until(() -> !store.progressing().isEmpty());
        finish.countDown();
        awaitEnd(id);
        one.close(); // before its next heartbeat, as a rule
        nodes.remove(one);
        new Node("two", 1, DurablePoolSettings.DEFAULT, transactional("book", (row, task) -> {}));
        await().atMost(SOON).untilAsserted(() -> assertThat(store.progressing()).isEmpty());
    }

    /** A checkpoint in a transaction of the handler's own is that transaction's, in this attempt too. */
    @Test
    void a_checkpoint_is_undone_with_the_transaction_of_a_page() {
        List<String> found = Collections.synchronizedList(new ArrayList<>());
        TransactionTemplate pages = new TransactionTemplate(new JdbcTransactionManager(application));
        Node node = new Node("one", 1, plan("[restart*3, wait]"), plain("pages", (row, task) -> {
            found.add("begins with " + task.checkpoint(Integer.class).orElse(0));
            for (int page = task.checkpoint(Integer.class).orElse(0) + 1; page <= 4; page++) {
                int now = page;
                try {
                    pages.executeWithoutResult(status -> {
                        jdbc.update("insert into effect values (?, ?)", now, row.attempt());
                        task.checkpoint(-now);
                        task.checkpoint(now);
                        if (now == 3 && row.attempt() == 1) {
                            throw new IllegalStateException("page 3");
                        }
                    });
                } catch (IllegalStateException failed) {
                    found.add("goes on with " + task.checkpoint(Integer.class).orElse(0));
                    throw failed;
                }
            }
        }));
        awaitEnd(enqueue("pages"));
        assertThat(found).containsExactly("begins with 0", "goes on with 2", "begins with 2");
        assertThat(jdbc.queryForList("select task from effect order by task", Integer.class))
                .as("each page once").containsExactly(1, 2, 3, 4);
        await().atMost(SOON).until(() -> node.figures().failed() == 1);
    }

    @Test
    void a_node_without_its_lease_ends_no_task_of_another_one() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        AtomicInteger lostSeen = new AtomicInteger();
        TestNode.Body body = (row, task) -> {
            jdbc.update("insert into effect values (?, ?)", row.id(), row.attempt());
            if (row.attempt() == 1) {
                begun.countDown();
                finish.await();
                if (!task.isHeld()) {
                    lostSeen.incrementAndGet();
                }
            }
        };
        Node one = new Node("one", 1, DurablePoolSettings.DEFAULT, plain("plain", body));
        long id = enqueue("plain");
        assertThat(begun.await(50, TimeUnit.SECONDS)).isTrue();
        one.lease.stop(); // its row is gone, as after a take-over; the attempt runs on
        Node two = new Node("two", 1, DurablePoolSettings.DEFAULT, plain("plain", body));
        awaitEnd(id); // the second attempt, on the other node
        finish.countDown();
        await().atMost(SOON).until(() -> one.figures().voided() == 1);
        assertThat(lostSeen).hasValue(1);
        await().atMost(SOON).until(() -> two.figures().lost() == 1 && two.figures().succeeded() == 1);
    }

    @Test
    void a_transaction_that_runs_while_the_lease_is_lost_keeps_its_task() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        TestNode.Body body = (row, task) -> {
            jdbc.update("insert into effect values (?, ?)", row.id(), row.attempt());
            begun.countDown();
            finish.await();
        };
        Node one = new Node("one", 1, DurablePoolSettings.DEFAULT, transactional("book", body));
        long id = enqueue("book");
        assertThat(begun.await(50, TimeUnit.SECONDS)).isTrue();
        one.lease.stop();
        Node two = new Node("two", 1, DurablePoolSettings.DEFAULT, transactional("book", body));
        two.engine.wake("books");
        one.lease.start(); // a new incarnation
        finish.countDown();
        awaitEnd(id);
        assertThat(jdbc.queryForObject("select count(*) from effect", Integer.class)).isEqualTo(1);
    }

    @Test
    void tasks_without_a_handler_are_left_alone() {
        Node node = new Node("one", 2, DurablePoolSettings.DEFAULT, plain("note", (row, task) -> count("note")));
        long unknown = enqueue("other");
        enqueue("note", 50);
        await().atMost(SOON).until(() -> counted("note") == 50);
        assertThat(view(unknown).state()).isEqualTo(DurableTaskState.READY);
        assertThat(view(unknown).attempts()).isZero();
        assertThat(node.engine.problems()).isEmpty();
    }

    @Test
    void the_engine_goes_on_after_the_database_was_away() {
        TestNode.Faults[] faults = {method -> TestNode.Fault.NONE};
        Node node = new Node("one", 2, DurablePoolSettings.DEFAULT,
                TestNode.faulty(newStore(own), method -> faults[0].next(method)),
                plain("note", (row, task) -> count("" + row.id())));
        enqueue("note", 20);
        await().atMost(SOON).until(() -> store.counts().isEmpty());
        int[] calls = new int[1];
        faults[0] = method -> calls[0]++ % 2 == 0 ? TestNode.Fault.BEFORE : TestNode.Fault.AFTER;
        enqueue("note", 20);
        await().atMost(SOON).until(() -> !node.engine.problems().isEmpty());
        assertThat(node.engine.problems().get(0).failure()).contains("DataAccessResourceFailureException");
        faults[0] = method -> TestNode.Fault.NONE;
        await().atMost(SOON).until(() -> store.counts().isEmpty());
        await().atMost(SOON).until(() -> node.engine.problems().isEmpty());
        assertThat(effects).hasSize(40).allSatisfy((id, times) -> assertThat(times).hasValue(1));
    }

    @Test
    void tasks_that_the_pool_does_not_take_come_back() {
        Node node = new Node("one", 1, DurablePoolSettings.DEFAULT, plain("note", (row, task) -> count("note")));
        node.pools.admin().suspend("books");
        enqueue("note", 5);
        node.engine.wake("books");
        await().during(Duration.ofMillis(300)).atMost(SOON).until(() -> store.counts().get("books")
                .equals(Map.of(DurableTaskState.READY, 5L)));
        node.pools.admin().resume("books");
        await().atMost(SOON).until(() -> counted("note") == 5);
    }

    @ParameterizedTest
    @EnumSource(value = ShedRule.class, names = {"OLDEST", "DEADLINE"})
    void a_task_that_its_pool_sheds_comes_back_and_sheds_no_caller(ShedRule rule) throws Exception {
        List<Integer> attempts = Collections.synchronizedList(new ArrayList<>());
        Node node = new Node("one", 1, DurablePoolSettings.DEFAULT, plain("note", (row, task) -> {
            attempts.add(row.attempt());
            count("note");
        }));
        node.pools.stopPool("books", Duration.ZERO);
        PoolClient<Object> books = node.pools.startPool(PoolSpec.<Object>builder("books", new Workers())
                .size(1).maxOverflow(0).queueCapacity(3).shed(rule).build());
        Lease<Object> held = books.checkout();
        enqueue("note", 5);
        node.engine.wake("books");
        await().atMost(SOON).until(() -> books.status().queueDepth() == 1); // for one worker one task is claimed
        List<CompletableFuture<Lease<Object>>> callers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            callers.add(books.checkoutAsync(Duration.ofMinutes(5)).toCompletableFuture());
        }
        await().atMost(SOON).until(() -> node.figures().givenBack() >= 2); // shed once, then refused again and again
        assertThat(callers).noneMatch(CompletableFuture::isDone);
        assertThat(attempts).isEmpty();
        held.close();
        for (CompletableFuture<Lease<Object>> caller : callers) {
            caller.get(50, TimeUnit.SECONDS).close();
        }
        await().atMost(SOON).until(() -> counted("note") == 5);
        assertThat(attempts).containsOnly(1);
        await().atMost(SOON).until(() -> store.counts().getOrDefault("books", Map.of()).isEmpty());
    }

    @Test
    void drain_runs_on_the_calling_thread_and_in_its_transaction() {
        List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
        Node node = new Node("one", 1, plan("[restart, wait]"), transactional("book", (row, task) -> {
            threads.add(Thread.currentThread());
            jdbc.update("insert into effect values (?, ?)", row.id(), row.attempt());
            if (row.attempt() == 1) {
                throw new IOException("once");
            }
        }));
        node.engine.stop(Duration.ofSeconds(5));
        new TransactionTemplate(new JdbcTransactionManager(application)).executeWithoutResult(status -> {
            long id = enqueue("book");
            assertThat(node.engine.drain()).isEqualTo(2);
            assertThat(store.find(id)).isEmpty();
            assertThat(jdbc.queryForList("select attempt from effect", Integer.class)).containsExactly(2);
            assertThat(status.isRollbackOnly()).isFalse();
            status.setRollbackOnly();
        });
        assertThat(threads).containsOnly(Thread.currentThread());
        assertThat(store.counts()).isEmpty();
        assertThat(jdbc.queryForObject("select count(*) from effect", Integer.class)).isZero();
    }
}
