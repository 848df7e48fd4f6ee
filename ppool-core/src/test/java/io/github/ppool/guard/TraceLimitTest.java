package io.github.ppool.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TraceLimitTest {

    private final TraceLimit limit = new TraceLimit();

    private int traces(String of, Throwable failure, int times) {
        return (int) IntStream.range(0, times).mapToObj(i -> limit.trace(of, FailureText.of(failure)))
                .filter(Objects::nonNull).count();
    }

    @Test
    void the_first_and_then_each_hundredth_trace_of_a_class_is_printed() {
        Throwable failure = new IllegalStateException("x");
        assertThat(limit.trace("", FailureText.of(failure))).isSameAs(failure);
        assertThat(traces("", failure, 99)).isZero();
        assertThat(traces("", failure, 1)).isEqualTo(1);
        assertThat(traces("", failure, 100)).isEqualTo(1);
    }

    @Test
    void classes_and_what_has_failed_are_counted_apart() {
        assertThat(traces("a", new IllegalStateException(), 5)).isEqualTo(1);
        assertThat(traces("a", new IllegalArgumentException(), 5)).isEqualTo(1);
        assertThat(traces("b", new IllegalStateException(), 5)).isEqualTo(1);
    }

    @Test
    void whatever_is_made_up_the_memory_is_bounded_and_a_known_kind_stays_known() {
        assertThat(traces("known", new IllegalStateException(), 1)).isEqualTo(1);
        List<Integer> others = IntStream.range(0, 10_000).map(i -> traces("made up " + i, new RuntimeException(), 1))
                .boxed().toList();
        assertThat(others.stream().mapToInt(i -> i).sum()).isBetween(200, 400);
        assertThat(traces("known", new IllegalStateException(), 99)).isZero();
    }
}
