package io.github.ppool.restart;

import io.github.ppool.process.ExitReason;

/** Exit reasons as the recorded runs write them. */
final class Reasons {
    private Reasons() {}

    static ExitReason of(String text) {
        String detail = "shutdown:";
        return text.startsWith(detail)
                ? ExitReason.shutdown(text.substring(detail.length()))
                : ExitReason.of(text);
    }

    /** The word of a recorded run for the exit reason of a supervisor. */
    static String word(ExitReason reason) {
        return switch (reason) {
            case ExitReason.Other other when other.value() instanceof PlanExit exit -> exit.word();
            case ExitReason.ShutdownWith with -> "shutdown:" + with.detail();
            default -> reason.toString();
        };
    }
}
