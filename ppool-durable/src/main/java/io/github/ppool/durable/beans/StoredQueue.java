package io.github.ppool.durable.beans;

import io.github.ppool.durable.DurableQueue;
import io.github.ppool.durable.EnqueuedTask;
import io.github.ppool.durable.store.NewTask;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;

/** Puts the tasks of one name into the store. */
final class StoredQueue<P> implements DurableQueue<P> {

    /** The longest key and partition, and the longest name of a pool. */
    static final int LONGEST = 200;

    private static final int HIGHEST_PRIORITY = 1_000;
    private static final Duration LONGEST_DELAY = Duration.ofDays(3_653);
    private static final Duration LONGEST_PAST = Duration.ofDays(1);

    private final StoredQueues queues;
    private final String pool;
    private final String name;
    private final int version;
    private final JavaType type;
    private final BooleanSupplier hasPartitions;
    private final With without = new With(null, null, null, 0, null);

    StoredQueue(
            StoredQueues queues, String pool, String name, int version, JavaType type, BooleanSupplier hasPartitions) {
        this.queues = queues;
        this.pool = pool;
        this.name = name;
        this.version = version;
        this.type = type;
        this.hasPartitions = hasPartitions;
    }

    @Override
    public EnqueuedTask enqueue(P payload) {
        return without.enqueue(payload);
    }

    @Override
    public List<EnqueuedTask> enqueueAll(Collection<? extends P> payloads) {
        return without.enqueueAll(payloads);
    }

    @Override
    public Options<P> with() {
        return without;
    }

    @Override
    public String toString() {
        return "DurableQueue(" + name + " version " + version + " on " + pool + ")";
    }

    /** The options of a task. */
    private final class With implements Options<P> {
        private final @Nullable String key;
        private final @Nullable Duration delay;
        private final @Nullable Instant at;
        private final int priority;
        private final @Nullable String partition;

        With(
                @Nullable String key,
                @Nullable Duration delay,
                @Nullable Instant at,
                int priority,
                @Nullable String partition) {
            this.key = key;
            this.delay = delay;
            this.at = at;
            this.priority = priority;
            this.partition = partition;
        }

        @Override
        public Options<P> key(String newKey) {
            return new With(checked("key", newKey), delay, at, priority, partition);
        }

        @Override
        public Options<P> delay(Duration newDelay) {
            Objects.requireNonNull(newDelay, "delay must not be null");
            if (newDelay.isNegative() || newDelay.compareTo(LONGEST_DELAY) > 0) {
                throw new IllegalArgumentException("delay must be from zero to ten years, got: " + newDelay);
            }
            return new With(key, newDelay.isZero() ? null : newDelay, null, priority, partition);
        }

        @Override
        public Options<P> at(Instant time) {
            Objects.requireNonNull(time, "time must not be null");
            Instant now = queues.now();
            if (time.isBefore(now.minus(LONGEST_PAST))) {
                throw new IllegalArgumentException("time must not have passed by more than a day, got: " + time);
            }
            if (time.isAfter(now.plus(LONGEST_DELAY))) {
                throw new IllegalArgumentException("time must not be more than ten years ahead, got: " + time);
            }
            return new With(key, null, time, priority, partition);
        }

        @Override
        public Options<P> priority(int newPriority) {
            if (newPriority < -HIGHEST_PRIORITY || newPriority > HIGHEST_PRIORITY) {
                throw new IllegalArgumentException("priority must be from -1000 to 1000, got: " + newPriority);
            }
            return new With(key, delay, at, newPriority, partition);
        }

        @Override
        public Options<P> partition(String newPartition) {
            String checked = checked("partition", newPartition);
            if (!hasPartitions.getAsBoolean()) {
                throw new IllegalStateException("the pool '" + pool + "' has no partitions: set ppool.pools." + pool
                        + ".durable.partitions or partition-rate");
            }
            return new With(key, delay, at, priority, checked);
        }

        @Override
        public EnqueuedTask enqueue(P payload) {
            return insert(List.of(task(payload, queues.trace()))).get(0);
        }

        @Override
        public List<EnqueuedTask> enqueueAll(Collection<? extends P> payloads) {
            Objects.requireNonNull(payloads, "payloads must not be null");
            if (key != null && payloads.size() > 1) {
                throw new IllegalArgumentException(
                        "payloads must be at most one for the key '" + key + "', got: " + payloads.size());
            }
            String trace = queues.trace();
            List<NewTask> tasks = new ArrayList<>(payloads.size());
            for (P payload : payloads) {
                tasks.add(task(payload, trace));
            }
            return tasks.isEmpty() ? List.of() : insert(tasks);
        }

        private NewTask task(@Nullable P payload, @Nullable String trace) {
            return new NewTask(pool, name, version, key, partition, priority, queues.ageing(), delay, at,
                    queues.payloads().payload(name, type, payload), trace);
        }

        private List<EnqueuedTask> insert(List<NewTask> tasks) {
            List<EnqueuedTask> handedOver = queues.store().insert(tasks);
            if (handedOver.stream().anyMatch(EnqueuedTask::isNew)) {
                Duration until = delay != null ? delay : at == null ? null : Duration.between(queues.now(), at);
                if (until == null || !until.isPositive()) {
                    queues.wakes().ready(Set.of(pool));
                } else {
                    queues.wakes().delayed(until);
                }
            }
            return handedOver;
        }
    }

    private static String checked(String what, String text) {
        Objects.requireNonNull(text, () -> what + " must not be null");
        if (text.isEmpty() || text.length() > LONGEST) {
            throw new IllegalArgumentException(
                    what + " must have 1 to " + LONGEST + " characters, got " + text.length());
        }
        for (int i = 0; i < text.length(); i++) {
            char at = text.charAt(i);
            boolean pair = Character.isHighSurrogate(at) && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (pair) {
                i++;
            } else if (at == 0 || Character.isSurrogate(at)) {
                throw new IllegalArgumentException(what + " must consist of characters that a database can store, got"
                        + " U+%04X at %d".formatted((int) at, i));
            }
        }
        return text;
    }
}
