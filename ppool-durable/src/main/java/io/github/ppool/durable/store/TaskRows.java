package io.github.ppool.durable.store;

import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.EndedTaskView;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of the tables as values. */
final class TaskRows {

    /** The columns of an ended task that the history keeps. */
    static final String DONE = "id, pool, name, version, task_key, enqueued_at, attempts, reason";

    private static final List<DurableTaskState> STATES = List.of(
            DurableTaskState.READY, DurableTaskState.CLAIMED, DurableTaskState.LAID_DOWN, DurableTaskState.DELAYED);

    private static final List<EndedTaskView.Outcome> OUTCOMES = List.of(
            EndedTaskView.Outcome.SUCCEEDED,
            EndedTaskView.Outcome.DELETED,
            EndedTaskView.Outcome.DROPPED,
            EndedTaskView.Outcome.CANCELLED);

    /** A claimed task with its place in the order of the pool. */
    record Ranked(OffsetDateTime rank, ClaimedTask task) {}

    private TaskRows() {}

    static int number(DurableTaskState state) {
        return STATES.indexOf(state);
    }

    static DurableTaskState state(int number) {
        return STATES.get(number);
    }

    static int number(EndedTaskView.Outcome outcome) {
        return OUTCOMES.indexOf(outcome);
    }

    static Ranked ranked(ResultSet row, @Nullable String payload, @Nullable String checkpoint) throws SQLException {
        return new Ranked(
                Objects.requireNonNull(row.getObject("rank", OffsetDateTime.class)),
                new ClaimedTask(
                        row.getLong("id"),
                        text(row, "pool"),
                        text(row, "name"),
                        row.getInt("version"),
                        row.getString("task_key"),
                        row.getString("partition_key"),
                        row.getInt("priority"),
                        time(row, "enqueued_at"),
                        Duration.of(Math.max(0, row.getLong("waited")), ChronoUnit.MICROS),
                        row.getInt("attempts"),
                        row.getInt("lost"),
                        row.getString("plan"),
                        payload,
                        checkpoint,
                        row.getString("trace")));
    }

    static DurableTaskView view(ResultSet row, @Nullable String payload) throws SQLException {
        UUID node = row.getObject("node", UUID.class);
        OffsetDateTime claimedAt = row.getObject("claimed_at", OffsetDateTime.class);
        return new DurableTaskView(
                row.getLong("id"),
                text(row, "pool"),
                text(row, "name"),
                row.getInt("version"),
                state(row.getInt("state")),
                row.getInt("priority"),
                row.getString("task_key"),
                row.getString("partition_key"),
                time(row, "enqueued_at"),
                time(row, "ready_at"),
                row.getInt("attempts"),
                node == null ? null : node.toString(),
                claimedAt == null ? null : claimedAt.toInstant(),
                row.getString("reason"),
                row.getString("failure"),
                row.getObject("percent", Integer.class),
                row.getString("progress"),
                row.getBoolean("cancelled"),
                payload);
    }

    static EndedTaskView ended(ResultSet row) throws SQLException {
        return new EndedTaskView(
                row.getLong("id"),
                text(row, "pool"),
                text(row, "name"),
                row.getInt("version"),
                row.getString("task_key"),
                time(row, "enqueued_at"),
                time(row, "ended_at"),
                row.getInt("attempts"),
                OUTCOMES.get(row.getInt("outcome")),
                row.getString("reason"));
    }

    static String text(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(row.getString(column));
    }

    static Instant time(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(row.getObject(column, OffsetDateTime.class)).toInstant();
    }
}
