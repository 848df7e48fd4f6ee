package io.github.ppool.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessExitTest {

    @Test
    void itsMessageSaysWhy() {
        assertThat(new ProcessExit(ExitReason.of("enough"))).hasMessage("process exit: enough");
    }

    @Test
    void itsCauseIsWhatWasThrown() {
        IllegalStateException thrown = new IllegalStateException("thrown");
        assertThat(new ProcessExit(ExitReason.failure(thrown))).hasCause(thrown);
    }
}
