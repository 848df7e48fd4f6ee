package io.github.ppool.durable.beans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

/** Payloads are objects of the application: they may have no end, lead back to themselves, and throw. */
@Timeout(60)
class HostilePayloadsTest {

    private static final DataSize LONGEST = DataSize.ofKilobytes(1);

    private final JsonPayloads payloads = new JsonPayloads(JsonMapper.builder().build(), LONGEST);

    private String write(Object payload) {
        return String.valueOf(payloads.payload("mail", payloads.typeOf(payload.getClass()), payload));
    }

    /** Numbers without an end. */
    public static final class Endless implements Iterable<Integer> {
        private int asked;

        @Override
        public Iterator<Integer> iterator() {
            return IntStream.generate(() -> asked++).iterator();
        }
    }

    /** A property that throws. */
    public static final class Throwing {
        private final Throwable failure;

        Throwing(Throwable failure) {
            this.failure = failure;
        }

        @SuppressWarnings("unchecked")
        private static <X extends Throwable> void sneak(Throwable failure) throws X {
            throw (X) failure;
        }

        public String getSecret() {
            Throwing.<RuntimeException>sneak(failure);
            return "";
        }
    }

    @Test
    void a_payload_without_an_end_is_refused_before_it_fills_the_memory() {
        Endless endless = new Endless();
        assertThatIllegalArgumentException().isThrownBy(() -> write(endless))
                .withMessage("payload of 'mail' must have at most 1024 bytes (ppool.durable.longest-payload), got: "
                        + "more than 4096");
        assertThat(endless.asked).isLessThan(10_000);
        assertThatIllegalArgumentException().isThrownBy(() -> payloads.write(new Endless()))
                .withMessageStartingWith("state of the checkpoint must have at most 1024 bytes");
    }

    @Test
    void the_length_of_a_payload_that_is_a_little_too_long_is_told() {
        assertThat(write("x".repeat(1_022))).hasSize(1_024);
        assertThatIllegalArgumentException().isThrownBy(() -> write("x".repeat(1_023)))
                .withMessageEndingWith("got: 1025");
        assertThatIllegalArgumentException().isThrownBy(() -> write("\u20ac".repeat(1_000)))
                .withMessageEndingWith("got: 3002");
        assertThatIllegalArgumentException().isThrownBy(() -> write("x".repeat(5_000_000)))
                .withMessageEndingWith("got: more than 4096");
    }

    @Test
    void a_payload_that_leads_back_to_itself_or_is_too_deep_is_refused() {
        List<Object> ring = new ArrayList<>();
        ring.add(ring);
        Object deep = "bottom";
        for (int i = 0; i < 5_000; i++) {
            deep = List.of(deep);
        }
        for (Object payload : List.of(ring, deep)) {
            assertThatIllegalArgumentException().isThrownBy(() -> write(payload))
                    .withMessageStartingWith("payload of 'mail' must be ");
        }
    }

    @Test
    void a_payload_that_throws_is_refused_by_its_class_without_the_text_of_the_exception() {
        for (Throwable failure : List.of(new IllegalStateException("the secret"), new StackOverflowError("the secret"),
                new java.io.IOException("the secret"))) {
            assertThatIllegalArgumentException().isThrownBy(() -> write(new Throwing(failure)))
                    .withMessageStartingWith("payload of 'mail' must be a value that Jackson writes as JSON: "
                            + Throwing.class.getName())
                    .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("the secret"));
        }
        assertThatThrownBy(() -> write(new Throwing(new AssertionError("its own"))))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void the_refusal_is_short_whatever_the_payload_has() {
        Map<String, Object> payload = Map.of("k".repeat(3_000), new Throwing(new IllegalStateException("no")));
        assertThatIllegalArgumentException().isThrownBy(() -> write(payload))
                .satisfies(refusal -> assertThat(refusal.getMessage()).hasSizeLessThan(3_000));
    }
}
