package io.github.ppool.durable.engine;

import io.github.ppool.cluster.engine.Retries;
import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The steps of the engine that fail at present. Any thread may read them; each step belongs to one thread. */
final class Problems {

    private static final GuardedLog LOG = GuardedLog.of(DurableEngine.class);

    private final MonotonicClock clock;
    private final Duration longestWait;
    private final List<Step> steps = new CopyOnWriteArrayList<>();

    Problems(MonotonicClock clock, Duration longestWait) {
        this.clock = clock;
        this.longestWait = longestWait;
    }

    Step step(String name) {
        Step step = new Step(name);
        steps.add(step);
        return step;
    }

    List<EngineProblem> current() {
        return steps.stream()
                .map(Step::problem)
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(EngineProblem::since).reversed())
                .toList();
    }

    /** A row of failures. */
    private record Row(long since, int failures, String text) {}

    /** A step that is done again and again. */
    final class Step {

        private final String name;
        private final Retries retries = new Retries(longestWait);
        private volatile @Nullable Row row;

        private Step(String name) {
            this.name = name;
        }

        /** Notes a success: the first after failures is told. */
        void succeeded() {
            Row before = row;
            if (before != null) {
                row = null;
                retries.succeeded();
                LOG.info("durable tasks: {} succeed again after {} failures", name, before.failures());
            }
        }

        /** Notes a failure, and returns the wait before the next try, in nanoseconds. */
        long failedNanos(Throwable failure) {
            String text = FailureText.of(failure).toString();
            Row before = row;
            row = before == null
                    ? new Row(clock.nanoTime(), 1, text)
                    : new Row(before.since(), before.failures() + 1, text);
            if (before == null) {
                LOG.warn("durable tasks: {} fail, and are tried again: {}", name, text);
            } else {
                LOG.debug("durable tasks: {} have failed {} times in a row: {}", name, before.failures() + 1, text);
            }
            return retries.failedNanos();
        }

        private @Nullable EngineProblem problem() {
            Row now = row;
            return now == null
                    ? null
                    : new EngineProblem(
                            name, now.text(), Duration.ofNanos(clock.nanoTime() - now.since()), now.failures());
        }
    }
}
