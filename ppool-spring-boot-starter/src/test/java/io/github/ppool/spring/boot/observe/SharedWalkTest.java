package io.github.ppool.spring.boot.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedWalkTest {

    /** With a moment that is long enough for the threads of a busy machine. */
    private final SharedWalk walk = new SharedWalk(Duration.ofHours(1));
    private final AtomicInteger walks = new AtomicInteger();

    private TopLists.Processes walked() {
        walks.incrementAndGet();
        return new TopLists.Processes(List.of(), List.of());
    }

    @Test
    void observers_that_look_within_a_moment_share_a_walk_if_their_lists_have_one_length() throws Exception {
        List<Thread> observers = List.of(1, 2, 3).stream()
                .map(number -> Thread.ofPlatform().start(() -> walk.get(10, this::walked))).toList();
        for (Thread observer : observers) {
            observer.join();
        }
        assertThat(walks).hasValue(1);
        walk.get(20, this::walked);
        assertThat(walks).hasValue(2);
    }
}
