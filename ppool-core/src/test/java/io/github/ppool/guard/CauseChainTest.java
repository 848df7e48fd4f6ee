package io.github.ppool.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.ppool.HostileExceptions.EndlessException;
import io.github.ppool.HostileExceptions.HangingException;
import io.github.ppool.HostileExceptions.ThrowingException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class CauseChainTest {

    @Test
    void an_exception_comes_first_and_then_its_causes() {
        IOException inner = new IOException();
        IllegalStateException middle = new IllegalStateException(inner);
        RuntimeException outer = new RuntimeException(middle);
        assertThat(CauseChain.of(outer)).containsExactly(outer, middle, inner);
        assertThat(CauseChain.of(inner)).containsExactly(inner);
    }

    @Test
    void a_ring_of_causes_is_gone_round_once() {
        Exception one = new Exception();
        Exception two = new Exception(one);
        Exception three = new Exception(two);
        one.initCause(three);
        assertThat(CauseChain.of(two)).containsExactly(two, one, three);
    }

    @Test
    void not_more_causes_are_followed_than_are_told() {
        Exception deep = new Exception("0");
        for (int i = 1; i <= 30; i++) {
            deep = new Exception(String.valueOf(i), deep);
        }
        assertThat(CauseChain.of(deep)).hasSize(1 + FailureText.DEEPEST);
        assertThat(CauseChain.of(new EndlessException())).hasSize(1 + FailureText.DEEPEST);
    }

    @Test
    void a_cause_that_cannot_be_had_ends_the_chain() {
        Throwable hostile = new ThrowingException();
        Throwable around = new IllegalStateException("around it", hostile);
        assertThat(sizeOf(hostile)).isEqualTo(1);
        assertThat(sizeOf(around)).isEqualTo(2);
    }

    /** An assertion on the list itself would ask the exceptions for their text. */
    private static int sizeOf(Throwable thrown) {
        List<Throwable> chain = CauseChain.of(thrown);
        return chain.size();
    }

    /** Never returns its cause. */
    private static final class CauseThatHangs extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable getCause() {
            CountDownLatch never = new CountDownLatch(1);
            while (true) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    // hangs on
                }
            }
        }
    }

    @Test
    void a_class_that_hangs_is_waited_for_once_and_not_for_long() {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (int i = 0; i < 1_000; i++) {
                assertThat(sizeOf(new CauseThatHangs())).isEqualTo(1);
                assertThat(sizeOf(new HangingException())).isEqualTo(1);
            }
        });
    }

    /** Tells its cause at once, and never its text. */
    private static final class TextThatHangs extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private TextThatHangs(Throwable cause) {
            super(cause);
        }

        @Override
        public String toString() {
            CountDownLatch never = new CountDownLatch(1);
            while (true) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    // hangs on
                }
            }
        }
    }

    @Test
    void a_class_that_tells_its_causes_in_time_is_not_trusted_with_its_text() {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            assertThat(sizeOf(new TextThatHangs(new IllegalStateException("cause")))).isEqualTo(2);
            assertThat(ForeignText.of(new TextThatHangs(new IllegalStateException("cause"))))
                    .startsWith(TextThatHangs.class.getName()).contains("did not answer in time");
        });
    }
}
