package io.github.ppool.cluster.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class JsonBroadcastPayloadsTest {

    private final JsonBroadcastPayloads payloads = new JsonBroadcastPayloads(JsonMapper.builder().build());

    @Test
    void a_payload_without_an_end_is_refused_before_it_fills_the_memory() {
        AtomicInteger asked = new AtomicInteger();
        Iterable<Integer> endless = () -> new Iterator<>() {
            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Integer next() {
                return asked.incrementAndGet();
            }
        };
        assertThatIllegalArgumentException().isThrownBy(() -> payloads.write(endless))
                .withMessage("payload must have at most 100000 characters as JSON, got: more than 400000");
        assertThat(asked).hasValueLessThan(500_000);
    }

    @Test
    void a_long_key_of_a_map_is_told_in_part() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> payloads.write(Map.of("k".repeat(100_000), new Unwritable())))
                .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(10_000));
    }

    /** A property that can't be read. */
    public static final class Unwritable {

        public String getText() {
            throw new IllegalStateException("secret");
        }
    }
}
