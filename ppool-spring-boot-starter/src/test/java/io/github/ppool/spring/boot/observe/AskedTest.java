package io.github.ppool.spring.boot.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AskedTest {

    private final Asked<String> asked = new Asked<>("the store");

    @Test
    void an_answer_is_shared_while_it_is_fresh() {
        AtomicInteger questions = new AtomicInteger();
        Asked<String> patient = new Asked<>("the store", Duration.ofMinutes(1)); // a busy machine is no silent store
        for (int i = 0; i < 10; i++) {
            assertThat(patient.ask(() -> "answer " + questions.incrementAndGet()))
                    .isEqualTo(new Asked.Answer<>("answer 1", false));
        }
    }

    @Test
    void a_silent_store_holds_a_snapshot_up_for_a_moment_only_and_is_asked_once() {
        CountDownLatch answer = new CountDownLatch(1);
        AtomicInteger questions = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            assertThat(asked.ask(() -> {
                questions.incrementAndGet();
                try {
                    answer.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return "at last";
            })).isEqualTo(new Asked.Answer<>(null, true));
        }
        assertThat(questions).hasValue(1);
        answer.countDown();
        await().until(() -> asked.ask(() -> "another").equals(new Asked.Answer<>("at last", false)));
    }

    @Test
    void a_store_that_fails_is_silent() {
        assertThat(asked.ask(() -> {
            throw new IllegalStateException("jdbc:secret");
        })).isEqualTo(new Asked.Answer<>(null, true));
    }

    @Test
    void an_error_does_not_leave_the_question_open() {
        assertThat(asked.ask(() -> {
            throw new AssertionError("no");
        }).silent()).isTrue();
        assertThat(asked.ask(() -> "unused").silent()).isTrue();
    }
}
