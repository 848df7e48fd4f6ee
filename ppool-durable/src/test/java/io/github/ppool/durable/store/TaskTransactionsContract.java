package io.github.ppool.durable.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.github.ppool.cluster.store.SchemaMode;
import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.EnqueuedTask;
import io.github.ppool.durable.TaskQuery;
import io.github.ppool.durable.store.FailedAttempt.Next;
import io.github.ppool.durable.store.TaskStore.Change;
import io.github.ppool.durable.store.TaskStore.Progress;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.datasource.ConnectionHandle;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Tasks and the application's transactions. */
@Timeout(60)
abstract class TaskTransactionsContract extends TaskStoreFixture {

    TaskTransactionsContract(TaskDatabases database) {
        super(database);
    }

    private TransactionTemplate transaction() {
        return new TransactionTemplate(new DataSourceTransactionManager(dataSource));
    }

    @Test
    void a_task_exists_if_the_transaction_commits() {
        List<NewTask> several = List.of(mail(), task("mail", "k", 0, null, "{}"), mail());
        transaction().executeWithoutResult(status -> {
            store.insert(several);
            insert(mail());
            insert(task("mail", "k2", 0, Duration.ofHours(1), "{}"));
            status.setRollbackOnly();
        });
        assertThat(store.counts()).isEmpty();
        assertThatThrownBy(() -> transaction().executeWithoutResult(status -> {
            store.insert(several);
            throw new IllegalStateException("the application's");
        })).hasMessage("the application's");
        assertThat(store.counts()).isEmpty();
        transaction().executeWithoutResult(status -> {
            store.insert(several);
            assertThat(newStore(true).list(TaskQuery.ALL, 0, 10)).hasSize(3);
            try (Connection other = dataSource.getConnection();
                    var rows = other.createStatement().executeQuery(sql("select count(*) from ppool_task"))) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isZero();
            } catch (java.sql.SQLException failed) {
                throw new IllegalStateException(failed);
            }
        });
        assertThat(store.list(TaskQuery.ALL, 0, 10)).hasSize(3);
    }

    /** JPA's manager binds a holder of the connection, and no transaction that Spring's JDBC managers know. */
    @Test
    void calls_join_the_transaction_of_another_manager() throws Exception {
        for (boolean commit : new boolean[]{false, true}) {
            Connection connection = dataSource.getConnection();
            connection.setAutoCommit(false);
            ConnectionHandle handle = () -> connection;
            TransactionSynchronizationManager.initSynchronization();
            TransactionSynchronizationManager.setActualTransactionActive(true);
            TransactionSynchronizationManager.bindResource(dataSource, new ConnectionHolder(handle));
            try {
                store.insert(List.of(mail(), task("mail", "k", 0, null, "{}")));
                insert(task("mail", "k", 0, null, "{}"));
                assertThat(store.giveBack(A, ids(claim(A, 1)))).isEqualTo(1);
                assertThat(store.fire("s", store.schedule("s").last(), now, mail())).isTrue();
            } finally {
                TransactionSynchronizationManager.unbindResource(dataSource);
                TransactionSynchronizationManager.setActualTransactionActive(false);
                TransactionSynchronizationManager.clearSynchronization();
            }
            assertThat(connection.getAutoCommit()).isFalse();
            if (commit) {
                connection.commit();
            } else {
                connection.rollback();
            }
            connection.close();
            assertThat(store.list(TaskQuery.ALL, 0, 10)).hasSize(commit ? 3 : 0);
        }
    }

    @Test
    void a_pool_without_automatic_commits_commits_each_call() {
        try (HikariDataSource manual = TaskDatabases.like(dataSource, config -> config.setAutoCommit(false))) {
            JdbcTaskStore own = new JdbcTaskStore(manual, prefix, SchemaMode.NEVER, () -> now, false);
            own.prepare();
            own.insert(List.of(mail()));
            assertThat(ids(claim(A, 2))).hasSize(1);
        }
    }

    @Test
    void a_transactional_attempt_locks_its_task_and_nothing_waits_for_it() {
        List<Long> ids = insert(3, mail());
        List<ClaimedTask> claimed = claim(A, 3);
        transaction().executeWithoutResult(status -> {
            assertThat(store.completeFirst(B, ids.get(0), Duration.ofSeconds(10))).isFalse();
            assertThat(store.completeFirst(A, ids.get(0), Duration.ofSeconds(10))).isTrue();
            assertThat(store.completeFirst(A, ids.get(0), Duration.ofSeconds(10))).isFalse();
            elsewhere(() -> {
                assertThat(store.giveBack(A, ids.subList(0, 2))).isEqualTo(1);
                assertThat(store.fail(A, List.of(end(claimed.get(0), Next.AGAIN, Duration.ZERO)))).isEmpty();
                assertThat(store.heartbeat(A, List.of(new Progress(ids.get(0), 1, 1, null)))).isEmpty();
                assertThat(store.takeOver(List.of(A), B, 10)).extracting(ClaimedTask::id).containsExactly(ids.get(2));
                assertThat(store.change(Change.CANCEL, TaskQuery.ALL, ids.get(0)).count()).isZero();
                assertThat(store.claimants()).contains(A);
                assertThat(store.claim(new Claim(B, "smtp", Set.of(MAIL), 10, null)).tasks()).hasSize(1);
                return null;
            });
            status.setRollbackOnly();
        });
        assertThat(view(ids.get(0)).state()).isEqualTo(DurableTaskState.CLAIMED);
        transaction().executeWithoutResult(
                status -> assertThat(store.completeFirst(A, ids.get(0), Duration.ofSeconds(10))).isTrue());
        assertThat(store.find(ids.get(0))).isEmpty();
        assertThat(store.ended(TaskQuery.ALL, Long.MAX_VALUE, 10)).hasSize(1);
    }

    private <T> T elsewhere(Callable<T> work) {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            return thread.submit(work).get(50, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        } finally {
            thread.shutdownNow();
        }
    }

    @RepeatedTest(2)
    void a_key_waits_for_the_transaction_that_has_inserted_it() throws Exception {
        for (boolean commit : new boolean[]{true, false}) {
            String key = "k" + commit + UUID.randomUUID();
            NewTask task = task("mail", key, 0, null, "{}");
            ExecutorService thread = Executors.newSingleThreadExecutor();
            try {
                List<Object> found = new java.util.ArrayList<>();
                transaction().executeWithoutResult(status -> {
                    found.add(store.insert(List.of(task)).get(0));
                    found.add(thread.submit(() -> store.insert(List.of(task)).get(0)));
                    assertThatThrownBy(() -> ((Future<?>) found.get(1)).get(200, TimeUnit.MILLISECONDS))
                            .isInstanceOf(java.util.concurrent.TimeoutException.class);
                    if (!commit) {
                        status.setRollbackOnly();
                    }
                });
                EnqueuedTask first = (EnqueuedTask) found.get(0);
                EnqueuedTask second = (EnqueuedTask) ((Future<?>) found.get(1)).get(50, TimeUnit.SECONDS);
                assertThat(second.isNew()).isEqualTo(!commit);
                assertThat(second.id() == first.id()).isEqualTo(commit);
            } finally {
                thread.shutdownNow();
            }
        }
    }

    @RepeatedTest(3)
    void one_of_many_inserts_of_a_key_is_new() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 5; round++) {
                NewTask task = task("mail", "k" + round, 0, null, "{}");
                List<NewTask> tasks = round % 2 == 0 ? List.of(task) : List.of(mail(), task);
                List<EnqueuedTask> all = new java.util.ArrayList<>();
                for (Future<EnqueuedTask> done : threads.invokeAll(IntStream.range(0, 8)
                        .<Callable<EnqueuedTask>>mapToObj(i -> () -> store.insert(tasks).get(tasks.size() - 1))
                        .toList())) {
                    all.add(done.get());
                }
                assertThat(all).filteredOn(EnqueuedTask::isNew).hasSize(1);
                assertThat(all).extracting(EnqueuedTask::id).containsOnly(all.get(0).id());
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
