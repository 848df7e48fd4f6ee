package io.github.ppool.durable.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.durable.store.TaskStore.Backlog;
import io.github.ppool.time.ManualClock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The figures of the backlog cost the database a question once in some seconds, and callers never hang with it. */
@Timeout(60)
class BacklogWatchTest {

    private static final Map<String, Backlog> THREE = Map.of("smtp", new Backlog(3, 0, 0, 0, null, null));

    private final CountingStore store = new CountingStore();
    private final ManualClock clock = new ManualClock();
    private final BacklogWatch watch = new BacklogWatch(store.store(), clock);

    @Test
    void asks_the_database_at_most_once_in_five_seconds() {
        store.answer = () -> THREE;
        for (int i = 0; i < 100; i++) {
            assertThat(watch.latest().pools()).isEqualTo(THREE);
        }
        assertThat(store.asked).hasValue(1);
        clock.advance(Duration.ofMillis(4_999));
        watch.latest();
        assertThat(store.asked).hasValue(1);
        clock.advance(Duration.ofMillis(1));
        watch.latest();
        assertThat(store.asked).hasValue(2);
    }

    @Test
    void asks_nothing_while_no_one_wants_to_know() {
        clock.advance(Duration.ofHours(1));
        assertThat(store.asked).hasValue(0);
    }

    @Test
    void keeps_the_last_figures_beside_a_failure() {
        store.answer = () -> THREE;
        assertThat(watch.latest().failure()).isNull();
        store.answer = () -> {
            throw new IllegalStateException("away");
        };
        clock.advance(BacklogWatch.PAUSE);
        assertThat(watch.latest().pools()).isEqualTo(THREE);
        assertThat(watch.latest().failure()).hasMessage("away");
        assertThat(watch.latest().known()).isTrue();
        store.answer = Map::of;
        clock.advance(BacklogWatch.PAUSE);
        assertThat(watch.latest()).isEqualTo(new BacklogWatch.Figures(Map.of(), null, true));
    }

    @Test
    void an_error_of_the_driver_is_a_failure_too() {
        store.answer = () -> {
            throw new NoClassDefFoundError("a part of the driver");
        };
        assertThat(watch.latest().failure()).hasMessage("the database does not tell the number of durable tasks")
                .hasRootCauseMessage("a part of the driver");
        store.answer = () -> THREE;
        clock.advance(BacklogWatch.PAUSE);
        assertThat(watch.latest()).isEqualTo(new BacklogWatch.Figures(THREE, null, true));
    }

    @Test
    void knows_nothing_while_the_database_hangs_and_starts_no_second_question() {
        CountDownLatch hanging = new CountDownLatch(1);
        store.answer = () -> {
            try {
                hanging.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            return THREE;
        };
        assertThat(watch.latest()).isEqualTo(new BacklogWatch.Figures(Map.of(), null, false));
        clock.advance(BacklogWatch.PAUSE);
        Thread.currentThread().interrupt();
        assertThat(watch.latest().known()).isFalse();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(store.asked).hasValue(1);
        hanging.countDown();
    }
}
