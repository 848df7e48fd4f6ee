package io.github.ppool.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExitReasonTest {

    @Test
    void otpsOwnWordsAreTheConstants() {
        assertThat(ExitReason.of("normal")).isSameAs(ExitReason.NORMAL);
        assertThat(ExitReason.of("shutdown")).isSameAs(ExitReason.SHUTDOWN);
        assertThat(ExitReason.of("kill")).isSameAs(ExitReason.KILL);
        assertThat(ExitReason.of("killed")).isSameAs(ExitReason.KILLED);
        assertThat(ExitReason.of("noproc")).isSameAs(ExitReason.NOPROC);
    }

    @Test
    void onlyNormalIsNormalAndShutdownsAreOrderlyToo() {
        assertThat(ExitReason.NORMAL.isNormal()).isTrue();
        assertThat(ExitReason.SHUTDOWN.isNormal()).isFalse();
        assertThat(ExitReason.SHUTDOWN.isOrderly()).isTrue();
        assertThat(ExitReason.shutdown("x").isOrderly()).isTrue();
        assertThat(ExitReason.KILLED.isOrderly()).isFalse();
        assertThat(ExitReason.of("boom").isOrderly()).isFalse();
        assertThat(ExitReason.failure(new Exception()).isOrderly()).isFalse();
    }

    @Test
    void equalValuesAreEqualReasonsWrittenAsOtpWould() {
        assertThat(ExitReason.of("boom")).isEqualTo(ExitReason.of("boom")).hasToString("boom");
        assertThat(ExitReason.shutdown(1)).isEqualTo(ExitReason.shutdown(1)).hasToString("{shutdown, 1}");
        assertThat(ExitReason.NORMAL).hasToString("normal");
    }

    @Test
    void theExceptionBehindAReasonIsFound() {
        Exception thrown = new Exception("x");
        assertThat(ExitReason.failure(thrown).cause()).containsSame(thrown);
        assertThat(ExitReason.of(thrown).cause()).containsSame(thrown);
        assertThat(ExitReason.of("x").cause()).isEmpty();
        assertThat(ExitReason.KILLED.cause()).isEmpty();
        assertThat(ExitReason.failure(thrown)).hasToString("java.lang.Exception: x");
    }
}
