package io.github.ppool.durable.store;

import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.EndedTaskView;
import io.github.ppool.durable.EnqueuedTask;
import io.github.ppool.durable.TaskQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory for tests of the engine, on a clock of the test. It keeps the rules of {@link TaskStore}, without
 * rates and without transactions: each call is one.
 */
public final class MemoryTaskStore implements TaskStore {

    private final Supplier<Instant> clock;
    private final Map<Long, Row> rows = new TreeMap<>();
    private final Map<String, Instant> schedules = new HashMap<>();
    /** The outcome of each task that has ended. */
    private final Map<Long, EndedTaskView.Outcome> ended = new HashMap<>();
    private final Set<Long> locked = new HashSet<>();
    private final Map<Long, Beside> beside = new HashMap<>();
    private long nextId = 1;

    public MemoryTaskStore(Supplier<Instant> clock) {
        this.clock = clock;
    }

    private record Beside(UUID node, Progress progress) {}

    private static final class Row {
        private final long id;
        private final NewTask task;
        private final Instant enqueuedAt;
        private Instant readyAt;
        private Instant rank;
        private DurableTaskState state;
        private @Nullable UUID node;
        private @Nullable Instant claimedAt;
        private int attempts;
        private int lost;
        private @Nullable String plan;
        private @Nullable String reason;
        private @Nullable String failure;
        private @Nullable Integer percent;
        private @Nullable String progress;
        private @Nullable String checkpoint;
        private boolean cancelled;

        Row(long id, NewTask task, Instant now, Instant readyAt) {
            this.id = id;
            this.task = task;
            this.enqueuedAt = now;
            this.readyAt = readyAt;
            this.state = readyAt.isAfter(now) ? DurableTaskState.DELAYED : DurableTaskState.READY;
            this.rank = readyAt;
            becomes(readyAt);
        }

        final void becomes(Instant ready) {
            readyAt = ready;
            rank = ready.minus(task.ageing().multipliedBy(task.priority()));
        }

        ClaimedTask claimed(Instant now, boolean whole) {
            return new ClaimedTask(id, task.pool(), task.name(), task.version(), task.key(), task.partition(),
                    task.priority(), enqueuedAt, Duration.between(readyAt, now), attempts, lost, plan,
                    whole ? task.payload() : null, whole ? checkpoint : null, task.trace());
        }

        DurableTaskView view(@Nullable Integer shownPercent, @Nullable String shownText) {
            return new DurableTaskView(id, task.pool(), task.name(), task.version(), state, task.priority(), task.key(),
                    task.partition(), enqueuedAt, readyAt, attempts, node == null ? null : node.toString(), claimedAt,
                    reason, failure, shownPercent, shownText, cancelled, task.payload());
        }

        void frees() {
            node = null;
            claimedAt = null;
        }
    }

    // ---- for tests

    /** Locks the row of a task, as a transaction that has ended it and is not over. */
    public synchronized void lock(long id) {
        locked.add(id);
    }

    public synchronized void unlock(long id) {
        locked.remove(id);
    }

    public synchronized boolean isLocked(long id) {
        return locked.contains(id);
    }

    /** How a task has ended; null while it is unfinished. */
    public synchronized EndedTaskView.@Nullable Outcome outcome(long id) {
        return ended.get(id);
    }

    public synchronized int unfinished() {
        return rows.size();
    }

    private Instant now() {
        return clock.get();
    }

    private @Nullable Row claimedRow(UUID node, long id) {
        Row row = rows.get(id);
        return row != null && row.state == DurableTaskState.CLAIMED && node.equals(row.node) && !locked.contains(id)
                ? row
                : null;
    }

    private void end(long id, EndedTaskView.Outcome outcome) {
        rows.remove(id);
        if (ended.put(id, outcome) != null) {
            throw new AssertionError("the task " + id + " has ended twice");
        }
    }

    // ---- the store

    @Override
    public void prepare() {}

    @Override
    public synchronized List<EnqueuedTask> insert(List<NewTask> tasks) {
        List<EnqueuedTask> inserted = new ArrayList<>();
        for (NewTask task : tasks) {
            Optional<Row> same = rows.values().stream()
                    .filter(row -> task.key() != null && task.name().equals(row.task.name())
                            && task.key().equals(row.task.key()))
                    .findFirst();
            if (same.isPresent()) {
                inserted.add(new EnqueuedTask(same.get().id, false));
                continue;
            }
            Instant now = now();
            Instant ready = task.at() != null ? task.at() : task.delay() == null ? now : now.plus(task.delay());
            Row row = new Row(nextId++, task, now, ready.isBefore(now) ? now : ready);
            rows.put(row.id, row);
            inserted.add(new EnqueuedTask(row.id, true));
        }
        return inserted;
    }

    @Override
    public synchronized Claimed claim(Claim claim) {
        Instant now = now();
        List<ClaimedTask> claimed = rows.values().stream()
                .filter(row -> row.state == DurableTaskState.READY && row.task.pool().equals(claim.pool())
                        && claim.kinds().contains(new Claim.Kind(row.task.name(), row.task.version())))
                .sorted(Comparator.<Row, Instant>comparing(row -> row.rank).thenComparing(row -> row.id))
                .limit(claim.limit())
                .map(row -> {
                    row.state = DurableTaskState.CLAIMED;
                    row.node = claim.node();
                    row.claimedAt = now;
                    row.attempts++;
                    return row.claimed(now, true);
                })
                .toList();
        return new Claimed(claimed, null);
    }

    @Override
    public synchronized Set<Long> complete(UUID node, Collection<Long> ids) {
        Set<Long> done = new HashSet<>();
        for (long id : ids) {
            if (claimedRow(node, id) != null) {
                end(id, EndedTaskView.Outcome.SUCCEEDED);
                done.add(id);
            }
        }
        return done;
    }

    @Override
    public synchronized List<ClaimedTask> claimed(UUID node, long after, int limit) {
        return rows.values().stream()
                .filter(row -> row.id > after && row.state == DurableTaskState.CLAIMED && node.equals(row.node))
                .limit(limit)
                .map(row -> row.claimed(now(), false))
                .toList();
    }

    @Override
    public synchronized int giveBack(UUID node, Collection<Long> ids) {
        int back = 0;
        for (long id : ids) {
            Row row = claimedRow(node, id);
            if (row != null) {
                back++;
                if (row.cancelled) {
                    end(id, EndedTaskView.Outcome.CANCELLED);
                } else {
                    row.state = DurableTaskState.READY;
                    row.attempts--;
                    row.frees();
                }
            }
        }
        return back;
    }

    @Override
    public synchronized Set<Long> fail(UUID node, Collection<FailedAttempt> ends) {
        Set<Long> ours = new HashSet<>();
        for (FailedAttempt end : ends) {
            Row row = claimedRow(node, end.id());
            if (row == null || row.attempts != end.attempt()) {
                continue;
            }
            ours.add(end.id());
            row.frees();
            row.reason = end.reason();
            row.failure = end.failure();
            row.plan = end.plan() == null ? row.plan : end.plan();
            Progress last = end.progress();
            if (last != null) {
                row.percent = last.percent();
                row.progress = last.text();
            }
            row.lost += end.lost() ? 1 : 0;
            if (row.cancelled) {
                end(row.id, EndedTaskView.Outcome.CANCELLED);
                continue;
            }
            switch (end.next()) {
                case DELETED -> end(row.id, EndedTaskView.Outcome.DELETED);
                case LAID_DOWN -> row.state = DurableTaskState.LAID_DOWN;
                case AGAIN -> {
                    row.becomes(now().plus(end.delay()));
                    row.state = end.delay().isZero() ? DurableTaskState.READY : DurableTaskState.DELAYED;
                }
            }
        }
        return ours;
    }

    @Override
    public synchronized Set<UUID> claimants() {
        Set<UUID> nodes = new HashSet<>();
        rows.values().forEach(row -> {
            if (row.node != null) {
                nodes.add(row.node);
            }
        });
        return nodes;
    }

    @Override
    public synchronized List<ClaimedTask> takeOver(Collection<UUID> dead, UUID node, int limit) {
        Instant now = now();
        return rows.values().stream()
                .filter(row -> row.node != null && dead.contains(row.node) && !locked.contains(row.id))
                .limit(limit)
                .map(row -> {
                    row.node = node;
                    return row.claimed(now, true);
                })
                .toList();
    }

    @Override
    public synchronized Staged stage(int limit) {
        Instant now = now();
        Map<String, Integer> ready = new HashMap<>();
        List<Row> delayed = rows.values().stream()
                .filter(row -> row.state == DurableTaskState.DELAYED)
                .sorted(Comparator.<Row, Instant>comparing(row -> row.readyAt).thenComparing(row -> row.id))
                .toList();
        int staged = 0;
        for (Row row : delayed) {
            if (staged == limit || row.readyAt.isAfter(now)) {
                return new Staged(ready, row.readyAt.isAfter(now) ? Duration.between(now, row.readyAt) : Duration.ZERO);
            }
            row.state = DurableTaskState.READY;
            ready.merge(row.task.pool(), 1, Integer::sum);
            staged++;
        }
        return new Staged(ready, null);
    }

    @Override
    public synchronized Set<Long> heartbeat(UUID node, Collection<Progress> progress) {
        for (Progress told : progress) {
            Row row = claimedRow(node, told.id());
            if (row != null) {
                row.percent = told.percent();
                row.progress = told.text();
            }
        }
        Set<Long> cancelled = new HashSet<>();
        rows.values().forEach(row -> {
            if (row.cancelled && node.equals(row.node)) {
                cancelled.add(row.id);
            }
        });
        return cancelled;
    }

    @Override
    public synchronized void progressBeside(UUID node, Collection<Progress> progress, Collection<Long> over) {
        beside.keySet().removeIf(id -> over.contains(id) && beside.get(id).node.equals(node));
        progress.forEach(each -> beside.put(each.id(), new Beside(node, each)));
    }

    @Override
    public synchronized Set<UUID> progressing() {
        Set<UUID> nodes = new HashSet<>();
        beside.values().forEach(each -> nodes.add(each.node));
        return nodes;
    }

    @Override
    public synchronized void forgetProgress(Collection<UUID> dead) {
        beside.values().removeIf(each -> dead.contains(each.node));
    }

    /** A note beside a task counts while the task belongs to that node and that attempt. */
    private DurableTaskView shown(Row row) {
        Beside told = beside.get(row.id);
        boolean counts = told != null && told.node.equals(row.node) && told.progress.attempt() == row.attempts;
        return counts ? row.view(told.progress.percent(), told.progress.text()) : row.view(row.percent, row.progress);
    }

    @Override
    public synchronized boolean checkpoint(UUID node, long id, @Nullable String state) {
        Row row = claimedRow(node, id);
        if (row == null) {
            return false;
        }
        row.checkpoint = state;
        return true;
    }

    @Override
    public synchronized int removeCancelled(UUID node, Collection<Long> ids) {
        int removed = 0;
        for (long id : ids) {
            Row row = claimedRow(node, id);
            if (row != null && row.cancelled) {
                end(id, EndedTaskView.Outcome.CANCELLED);
                removed++;
            }
        }
        return removed;
    }

    @Override
    public synchronized Schedule schedule(String name) {
        return new Schedule(schedules.computeIfAbsent(name, unused -> now()), now());
    }

    @Override
    public synchronized boolean fire(String name, Instant from, Instant to, NewTask task) {
        if (!schedules.replace(name, from, to)) {
            return false;
        }
        insert(List.of(task));
        return true;
    }

    @Override
    public synchronized int forget(Duration age, int limit) {
        return 0;
    }

    @Override
    public synchronized Optional<DurableTaskView> find(long id) {
        return Optional.ofNullable(rows.get(id)).map(this::shown);
    }

    @Override
    public synchronized List<DurableTaskView> list(TaskQuery query, long after, int limit) {
        return rows.values().stream()
                .filter(row -> row.id > after && matches(query).test(row))
                .limit(limit)
                .map(this::shown)
                .toList();
    }

    private static Predicate<Row> matches(TaskQuery query) {
        return row -> (query.pool() == null || query.pool().equals(row.task.pool()))
                && (query.name() == null || query.name().equals(row.task.name()))
                && (query.state() == null || query.state() == row.state)
                && (query.key() == null || query.key().equals(row.task.key()))
                && (query.reason() == null || query.reason().equals(row.reason));
    }

    @Override
    public List<EndedTaskView> ended(TaskQuery query, long before, int limit) {
        return List.of();
    }

    @Override
    public synchronized Map<String, Map<DurableTaskState, Long>> counts() {
        Map<String, Map<DurableTaskState, Long>> counts = new HashMap<>();
        rows.values().forEach(row -> counts
                .computeIfAbsent(row.task.pool(), unused -> new EnumMap<>(DurableTaskState.class))
                .merge(row.state, 1L, Long::sum));
        return counts;
    }

    @Override
    public Map<String, Backlog> backlog(int limit) {
        return Map.of();
    }

    @Override
    public synchronized Changed change(Change change, TaskQuery query, @Nullable Long id) {
        Set<String> pools = new HashSet<>();
        long count = 0;
        for (Row row : List.copyOf(rows.values())) {
            if ((id == null || id == row.id) && matches(query).test(row) && change(change, row)) {
                count++;
                pools.add(row.task.pool());
            }
        }
        return new Changed(count, pools);
    }

    private boolean change(Change change, Row row) {
        boolean isClaimed = row.state == DurableTaskState.CLAIMED;
        switch (change) {
            case REDRIVE -> {
                if (row.state != DurableTaskState.LAID_DOWN) {
                    return false;
                }
                row.plan = null;
                row.state = DurableTaskState.READY;
                row.becomes(now());
            }
            case RUN_NOW -> {
                if (row.state != DurableTaskState.DELAYED) {
                    return false;
                }
                row.state = DurableTaskState.READY;
                row.becomes(now());
            }
            case DROP -> {
                if (isClaimed) {
                    return false;
                }
                end(row.id, EndedTaskView.Outcome.DROPPED);
            }
            case CANCEL -> {
                if (isClaimed) {
                    row.cancelled = true;
                } else {
                    end(row.id, EndedTaskView.Outcome.CANCELLED);
                }
            }
        }
        return true;
    }
}
