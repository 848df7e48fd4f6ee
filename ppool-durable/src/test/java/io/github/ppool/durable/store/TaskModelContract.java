package io.github.ppool.durable.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.EnqueuedTask;
import io.github.ppool.durable.TaskQuery;
import io.github.ppool.durable.store.Claim.Kind;
import io.github.ppool.durable.store.FailedAttempt.Next;
import io.github.ppool.durable.store.TaskStore.Change;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;

/** Calls at random, one after the other against a simple model, and all at once. */
@Timeout(120)
abstract class TaskModelContract extends TaskStoreFixture {

    private static final List<Kind> KINDS = List.of(MAIL, new Kind("mail", 2), new Kind("sms", 1));

    TaskModelContract(TaskDatabases database) {
        super(database);
    }

    /** A task as the model has it. */
    private static final class Row {
        final long id;
        final Kind kind;
        final @Nullable String key;
        final int priority;
        DurableTaskState state;
        Instant readyAt;
        @Nullable
        UUID node;
        int attempts;
        int lost;
        boolean cancelled;

        Row(long id, Kind kind, @Nullable String key, int priority, DurableTaskState state, Instant readyAt) {
            this.id = id;
            this.kind = kind;
            this.key = key;
            this.priority = priority;
            this.state = state;
            this.readyAt = readyAt;
        }

        Instant rank() {
            return readyAt.minus(MINUTE.multipliedBy(priority));
        }
    }

    private final Map<Long, Row> model = new TreeMap<>();

    @RepeatedTest(4)
    void calls_at_random_do_what_a_simple_model_does(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        UUID[] nodes = {A, B, UUID.randomUUID()};
        for (int step = 0; step < 300; step++) {
            UUID node = nodes[random.nextInt(nodes.length)];
            switch (random.nextInt(11)) {
                case 0, 1, 2 -> insertSome(random);
                case 3, 4 -> claimSome(random, node);
                case 5 -> {
                    List<Long> ids = some(random);
                    Set<Long> expected = held(node, ids);
                    assertThat(store.complete(node, ids)).isEqualTo(expected);
                    model.keySet().removeAll(expected);
                }
                case 6 -> failSome(random, node);
                case 7 -> giveBackSome(random, node);
                case 8 -> takeOverSome(random, node, nodes[random.nextInt(nodes.length)]);
                case 9 -> {
                    pass(Duration.ofSeconds(random.nextInt(60)));
                    stageSome();
                }
                default -> changeSome(random);
            }
            compare();
        }
    }

    private List<Long> some(Random random) {
        List<Long> ids = new ArrayList<>(model.keySet().stream().filter(id -> random.nextInt(3) == 0).toList());
        ids.add(1_000_000L);
        return ids;
    }

    private Set<Long> held(UUID node, List<Long> ids) {
        Set<Long> held = new HashSet<>(ids);
        held.removeIf(id -> model.get(id) == null || !node.equals(model.get(id).node));
        return held;
    }

    private void insertSome(Random random) {
        List<NewTask> tasks = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            Kind kind = KINDS.get(random.nextInt(KINDS.size()));
            String key = random.nextInt(3) == 0 ? "k" + random.nextInt(5) : null;
            Duration delay = random.nextInt(3) == 0 ? Duration.ofSeconds(random.nextInt(90)) : null;
            tasks.add(new NewTask("smtp", kind.name(), kind.version(), key, null, random.nextInt(5) - 2, MINUTE, delay,
                    null, "{}", null));
        }
        List<EnqueuedTask> inserted = store.insert(tasks);
        for (int i = 0; i < count; i++) {
            NewTask task = tasks.get(i);
            EnqueuedTask got = inserted.get(i);
            Row there = model.values().stream()
                    .filter(row -> row.key != null && row.key.equals(task.key()) && row.kind.name().equals(task.name()))
                    .findFirst()
                    .orElse(null);
            assertThat(got.isNew()).isEqualTo(there == null);
            if (there != null) {
                assertThat(got.id()).isEqualTo(there.id);
            } else {
                boolean delayed = task.delay() != null && task.delay().isPositive();
                model.put(got.id(),
                        new Row(got.id(), new Kind(task.name(), task.version()), task.key(), task.priority(),
                                delayed ? DurableTaskState.DELAYED : DurableTaskState.READY,
                                delayed ? now.plus(task.delay()) : now));
            }
        }
    }

    private void claimSome(Random random, UUID node) {
        Set<Kind> kinds = new HashSet<>(KINDS);
        kinds.removeIf(kind -> random.nextInt(3) == 0);
        int limit = 1 + random.nextInt(6);
        List<Row> expected = model.values().stream()
                .filter(row -> row.state == DurableTaskState.READY && kinds.contains(row.kind))
                .sorted(Comparator.comparing(Row::rank).thenComparing(row -> row.id))
                .limit(limit)
                .toList();
        List<ClaimedTask> claimed = store.claim(new Claim(node, "smtp", kinds, limit, null)).tasks();
        assertThat(ids(claimed)).isEqualTo(expected.stream().map(row -> row.id).toList());
        for (int i = 0; i < claimed.size(); i++) {
            Row row = expected.get(i);
            row.state = DurableTaskState.CLAIMED;
            row.node = node;
            row.attempts++;
            assertThat(claimed.get(i).attempt()).isEqualTo(row.attempts);
            assertThat(claimed.get(i).lost()).isEqualTo(row.lost);
            assertThat(claimed.get(i).waited()).isEqualTo(Duration.between(row.readyAt, now));
        }
    }

    private void failSome(Random random, UUID node) {
        List<FailedAttempt> ends = new ArrayList<>();
        Set<Long> expected = new HashSet<>();
        for (long id : some(random)) {
            Row row = model.get(id);
            int attempt = row == null || random.nextInt(8) == 0 ? 77 : row.attempts;
            FailedAttempt end = new FailedAttempt(id, attempt, Next.values()[random.nextInt(3)],
                    Duration.ofSeconds(random.nextInt(3) * 10L), null, "r", null, random.nextBoolean(), null);
            ends.add(end);
            if (row != null && node.equals(row.node) && attempt == row.attempts) {
                expected.add(id);
                if (row.cancelled || end.next() == Next.DELETED) {
                    model.remove(id);
                } else {
                    row.node = null;
                    row.lost += end.lost() ? 1 : 0;
                    boolean delayed = end.next() == Next.AGAIN && end.delay().isPositive();
                    row.readyAt = delayed ? now.plus(end.delay()) : now;
                    row.state = end.next() == Next.LAID_DOWN
                            ? DurableTaskState.LAID_DOWN
                            : delayed ? DurableTaskState.DELAYED : DurableTaskState.READY;
                }
            }
        }
        assertThat(store.fail(node, ends)).isEqualTo(expected);
    }

    private void giveBackSome(Random random, UUID node) {
        List<Long> ids = some(random);
        int back = 0;
        for (long id : held(node, ids)) {
            Row row = model.get(id);
            if (row.cancelled) {
                model.remove(id);
            } else {
                row.state = DurableTaskState.READY;
                row.node = null;
                row.attempts--;
                back++;
            }
        }
        assertThat(store.giveBack(node, ids)).isEqualTo(back);
    }

    private void takeOverSome(Random random, UUID node, UUID dead) {
        int limit = 1 + random.nextInt(4);
        List<Row> expected = model.values().stream()
                .filter(row -> !node.equals(dead) && dead.equals(row.node))
                .limit(limit)
                .toList();
        assertThat(ids(store.takeOver(List.of(dead), node, limit)))
                .isEqualTo(expected.stream().map(row -> row.id).toList());
        expected.forEach(row -> row.node = node);
    }

    private void stageSome() {
        int count = 0;
        Instant next = null;
        for (Row row : model.values()) {
            if (row.state == DurableTaskState.DELAYED && !row.readyAt.isAfter(now)) {
                row.state = DurableTaskState.READY;
                count++;
            } else if (row.state == DurableTaskState.DELAYED && (next == null || row.readyAt.isBefore(next))) {
                next = row.readyAt;
            }
        }
        assertThat(store.stage(1_000)).isEqualTo(new TaskStore.Staged(
                count == 0 ? Map.of() : Map.of("smtp", count), next == null ? null : Duration.between(now, next)));
    }

    private void changeSome(Random random) {
        Change change = Change.values()[random.nextInt(4)];
        List<Row> those = model.values().stream()
                .filter(row -> row.kind.name().equals("mail"))
                .filter(row -> switch (change) {
                    case REDRIVE -> row.state == DurableTaskState.LAID_DOWN;
                    case RUN_NOW -> row.state == DurableTaskState.DELAYED;
                    case DROP -> row.state != DurableTaskState.CLAIMED;
                    case CANCEL -> !row.cancelled;
                })
                .toList();
        if (change == Change.DROP && random.nextInt(3) > 0) {
            return;
        }
        assertThat(store.change(change, TaskQuery.ALL.withName("mail"), null).count()).isEqualTo(those.size());
        for (Row row : those) {
            if (change == Change.REDRIVE || change == Change.RUN_NOW) {
                row.state = DurableTaskState.READY;
                row.readyAt = now;
            } else if (row.state == DurableTaskState.CLAIMED) {
                row.cancelled = true;
            } else {
                model.remove(row.id);
            }
        }
    }

    private void compare() {
        Map<DurableTaskState, Long> counts = new EnumMap<>(DurableTaskState.class);
        model.values().forEach(row -> counts.merge(row.state, 1L, Long::sum));
        assertThat(store.counts()).isEqualTo(counts.isEmpty() ? Map.of() : Map.of("smtp", counts));
        Set<UUID> nodes = new HashSet<>();
        model.values().stream().filter(row -> row.node != null).forEach(row -> nodes.add(row.node));
        assertThat(store.claimants()).isEqualTo(nodes);
        assertThat(store.list(TaskQuery.ALL, 0, 1_000)).allSatisfy(task -> {
            Row row = Objects.requireNonNull(model.get(task.id()));
            assertThat(task.state()).isEqualTo(row.state);
            assertThat(task.readyAt()).isEqualTo(row.readyAt);
            assertThat(task.attempts()).isEqualTo(row.attempts);
            assertThat(task.cancelled()).isEqualTo(row.cancelled);
            assertThat(task.node()).isEqualTo(row.node == null ? null : row.node.toString());
        });
    }

    @RepeatedTest(2)
    void no_task_is_lost_and_none_has_two_owners(RepetitionInfo repetition) throws Exception {
        int count = 300;
        List<NewTask> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Kind kind = KINDS.get(i % 3);
            tasks.add(new NewTask("smtp", kind.name(), kind.version(), i % 4 == 0 ? "k" + i : null, null, i % 3, MINUTE,
                    i % 5 == 0 ? Duration.ofMillis(1) : null, null, "{}", null));
        }
        store.insert(tasks);
        pass(Duration.ofSeconds(1));
        Map<Long, UUID> owners = new ConcurrentHashMap<>();
        Queue<UUID> dead = new ConcurrentLinkedQueue<>();
        Map<Long, Integer> completed = new ConcurrentHashMap<>();
        AtomicInteger done = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Void>> work = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                Random random = new Random(repetition.getCurrentRepetition() * 100L + t);
                work.add(() -> {
                    UUID node = new UUID(random.nextLong(), random.nextLong());
                    try {
                        while (done.get() < count) {
                            node = live(random, node, owners, dead, completed, done);
                        }
                        return null;
                    } catch (Throwable failed) {
                        done.set(count); // ends the others
                        throw failed;
                    }
                });
            }
            for (Future<Void> end : threads.invokeAll(work)) {
                end.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(completed).hasSize(count);
        assertThat(completed.values()).containsOnly(1);
        assertThat(store.counts()).isEmpty();
    }

    /** A few calls of a node, which may die at their end. */
    private UUID live(
            Random random,
            UUID node,
            Map<Long, UUID> owners,
            Queue<UUID> dead,
            Map<Long, Integer> completed,
            AtomicInteger done) {
        Map<Long, ClaimedTask> mine = new HashMap<>();
        List<ClaimedTask> claimed = store.claim(new Claim(node, "smtp", Set.copyOf(KINDS), 1 + random.nextInt(5), null))
                .tasks();
        for (ClaimedTask task : claimed) {
            assertThat(owners.putIfAbsent(task.id(), node)).isNull();
            mine.put(task.id(), task);
        }
        UUID one = dead.poll();
        if (one != null) {
            List<ClaimedTask> taken = store.takeOver(List.of(one), node, 3);
            for (ClaimedTask task : taken) {
                assertThat(owners.replace(task.id(), one, node)).isTrue();
                mine.put(task.id(), task);
            }
            if (store.claimants().contains(one)) {
                dead.add(one);
            }
        }
        store.stage(50);
        store.change(Change.REDRIVE, TaskQuery.ALL, null);
        if (random.nextInt(6) == 0 && !mine.isEmpty()) {
            dead.add(node);
            return new UUID(random.nextLong(), random.nextLong());
        }
        Map<Integer, List<ClaimedTask>> parts = new HashMap<>();
        mine.values().forEach(task -> parts.computeIfAbsent(random.nextInt(4), part -> new ArrayList<>()).add(task));
        mine.keySet().forEach(owners::remove);
        List<Long> success = new ArrayList<>(ids(parts.getOrDefault(0, List.of())));
        success.addAll(ids(parts.getOrDefault(1, List.of())));
        Set<Long> ended = store.complete(node, success);
        assertThat(ended).containsExactlyInAnyOrderElementsOf(success);
        ended.forEach(id -> completed.merge(id, 1, Integer::sum));
        done.addAndGet(ended.size());
        List<ClaimedTask> failed = parts.getOrDefault(2, List.of());
        assertThat(store.fail(node, failed.stream()
                .map(task -> end(task, task.id() % 2 == 0 ? Next.AGAIN : Next.LAID_DOWN, Duration.ZERO))
                .toList())).hasSameSizeAs(failed);
        List<Long> back = ids(parts.getOrDefault(3, List.of()));
        assertThat(store.giveBack(node, back)).isEqualTo(back.size());
        return node;
    }
}
