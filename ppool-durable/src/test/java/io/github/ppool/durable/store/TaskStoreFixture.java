package io.github.ppool.durable.store;

import com.zaxxer.hikari.HikariDataSource;
import io.github.ppool.cluster.store.SchemaMode;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.EnqueuedTask;
import io.github.ppool.durable.store.Claim.Kind;
import io.github.ppool.durable.store.FailedAttempt.Next;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.jdbc.core.JdbcTemplate;

/** A store in a database of the test. The test moves the clock. */
abstract class TaskStoreFixture {

    static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    static final Duration MINUTE = Duration.ofMinutes(1);
    static final Kind MAIL = new Kind("mail", 1);
    static final UUID A = UUID.fromString("aaaaaaaa-0000-0000-0000-000000000001");
    static final UUID B = UUID.fromString("bbbbbbbb-0000-0000-0000-000000000002");

    final String prefix = TaskDatabases.newPrefix();
    HikariDataSource dataSource;
    JdbcTemplate jdbc;
    JdbcTaskStore store;
    volatile Instant now = START;

    final TaskDatabases database;

    TaskStoreFixture(TaskDatabases database) {
        this.database = database;
    }

    @BeforeEach
    void open() {
        dataSource = database.open(12);
        jdbc = new JdbcTemplate(dataSource);
        store = newStore(true);
    }

    @AfterEach
    void close() {
        dataSource.close();
    }

    JdbcTaskStore newStore(boolean history) {
        JdbcTaskStore made = new JdbcTaskStore(dataSource, prefix, SchemaMode.ALWAYS, () -> now, history);
        made.prepare();
        return made;
    }

    String sql(String statement) {
        return statement.replace("ppool_", prefix);
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    static NewTask task(String name, @Nullable String key, int priority, @Nullable Duration delay,
            @Nullable String payload) {
        return new NewTask("smtp", name, 1, key, null, priority, MINUTE, delay, null, payload, null);
    }

    static NewTask mail() {
        return task("mail", null, 0, null, "{}");
    }

    static NewTask mail(int priority) {
        return task("mail", null, priority, null, "{}");
    }

    static NewTask of(String partition) {
        return new NewTask("smtp", "mail", 1, null, partition, 0, MINUTE, null, null, "{}", null);
    }

    long insert(NewTask task) {
        return store.insert(List.of(task)).get(0).id();
    }

    List<Long> insert(int count, NewTask task) {
        return store.insert(Collections.nCopies(count, task)).stream().map(EnqueuedTask::id).toList();
    }

    List<ClaimedTask> claim(UUID node, int limit, Kind... kinds) {
        return store.claim(new Claim(node, "smtp", kinds.length == 0 ? Set.of(MAIL) : Set.of(kinds), limit, null))
                .tasks();
    }

    static List<Long> ids(Collection<ClaimedTask> tasks) {
        return tasks.stream().map(ClaimedTask::id).toList();
    }

    DurableTaskView view(long id) {
        return store.find(id).orElseThrow();
    }

    static FailedAttempt end(ClaimedTask task, Next next, Duration delay) {
        return new FailedAttempt(task.id(), task.attempt(), next, delay, "plan", "IOException", "no answer", false,
                null);
    }
}
