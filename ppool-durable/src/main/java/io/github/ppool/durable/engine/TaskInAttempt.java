package io.github.ppool.durable.engine;

import io.github.ppool.durable.DurableTask;
import io.github.ppool.durable.store.ClaimedTask;
import io.github.ppool.durable.store.TaskStore.Progress;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** The handler's view of its task. Any thread may use it. */
final class TaskInAttempt implements DurableTask {

    private static final int LONGEST_TEXT = 200;

    private final Parts parts;
    private final ClaimedTask row;
    private final UUID node;
    private final boolean transactional;
    private final BooleanSupplier held;
    private volatile @Nullable String checkpoint;
    private volatile @Nullable Progress progress;

    TaskInAttempt(Parts parts, ClaimedTask row, UUID node, boolean transactional, BooleanSupplier held) {
        this.parts = parts;
        this.row = row;
        this.node = node;
        this.transactional = transactional;
        this.held = held;
        this.checkpoint = row.checkpoint();
    }

    @Override
    public long id() {
        return row.id();
    }

    @Override
    public String name() {
        return row.name();
    }

    @Override
    public int version() {
        return row.version();
    }

    @Override
    public String key() {
        String key = row.key();
        return key == null ? row.name() + "#" + row.id() : key;
    }

    @Override
    public Optional<String> partition() {
        return Optional.ofNullable(row.partition());
    }

    @Override
    public int attempt() {
        return row.attempt();
    }

    @Override
    public long token() {
        return row.attempt();
    }

    @Override
    public Instant enqueuedAt() {
        return row.enqueuedAt();
    }

    @Override
    public void progress(int percent, @Nullable String text) {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("percent must be from 0 to 100, got: " + percent);
        }
        progress = new Progress(
                row.id(), row.attempt(), percent, text == null ? null : FailureRecord.bounded(text, LONGEST_TEXT));
    }

    /** The last progress; null if there was none. */
    @Nullable
    Progress progress() {
        return progress;
    }

    @Override
    public void checkpoint(@Nullable Object state) {
        String json = state == null ? null : parts.codec().write(state);
        // The row of a transactional attempt ends with the transaction, or the transaction and this state are undone.
        if (!transactional && !parts.application().checkpoint(node, row.id(), json)) {
            throw new IllegalStateException(
                    "the checkpoint is not stored: this node has lost the task " + row.name() + " " + row.id());
        }
        if (TransactionSynchronizationManager.isSynchronizationActive()) {
            boolean isFirst = TransactionSynchronizationManager.getSynchronizations().stream()
                    .noneMatch(each -> each instanceof Undo undo && undo.isOf(this));
            if (isFirst) {
                TransactionSynchronizationManager.registerSynchronization(new Undo(checkpoint));
            }
        }
        checkpoint = json;
    }

    /** Brings the state back that was there before a transaction. After a doubtful commit it is the safe one. */
    private final class Undo implements TransactionSynchronization {

        private final @Nullable String before;

        private Undo(@Nullable String before) {
            this.before = before;
        }

        private boolean isOf(TaskInAttempt task) {
            return task == TaskInAttempt.this;
        }

        @Override
        public void afterCompletion(int status) {
            if (status != STATUS_COMMITTED) {
                checkpoint = before;
            }
        }
    }

    @Override
    public <T> Optional<T> checkpoint(Class<T> type) {
        Objects.requireNonNull(type, "type must not be null");
        String json = checkpoint;
        return json == null ? Optional.empty() : Optional.of(parts.codec().read(json, type));
    }

    @Override
    public boolean isHeld() {
        return held.getAsBoolean();
    }
}
