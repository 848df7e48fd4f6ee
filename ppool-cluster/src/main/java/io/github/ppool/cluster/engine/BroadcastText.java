package io.github.ppool.cluster.engine;

import io.github.ppool.cluster.ClusterBroadcast.End;
import io.github.ppool.cluster.ClusterBroadcast.NodeOutcome;
import io.github.ppool.cluster.store.BroadcastAnswer;
import io.github.ppool.guard.FailureText;
import io.github.ppool.pool.Broadcast;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The answer of a node to a broadcast, as the store has it: the numbers in the first line, the failure behind it. */
final class BroadcastText {

    /** The longest text of a failure. */
    static final int LONGEST_FAILURE = 300;

    private static final Pattern TEXT = Pattern.compile(
            "([A-Z_]{1,20}) (\\d{1,9}) (\\d{1,9}) (\\d{1,9}) (\\d{1,9})(?:\n(.*))?", Pattern.DOTALL);

    private BroadcastText() {}

    /** The answer of a node whose workers have ended the work. */
    static String of(Broadcast<?> result) {
        return of(End.ANSWERED,
                result.ended(Broadcast.End.DONE).size(),
                result.ended(Broadcast.End.FAILED).size(),
                result.ended(Broadcast.End.ENDED).size(),
                result.ended(Broadcast.End.LATE).size(),
                result.outcomes().stream()
                        .map(Broadcast.Outcome::failure)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .map(BroadcastText::shown)
                        .orElse(null));
    }

    /** The answer of a node that could not begin. */
    static String refused(Throwable failure) {
        return of(End.REFUSED, 0, 0, 0, 0, shown(failure));
    }

    /** An answer without numbers. */
    static String of(End end) {
        return of(end, 0, 0, 0, 0, null);
    }

    private static String of(End end, int done, int failed, int ended, int late, @Nullable String failure) {
        return end + " " + done + " " + failed + " " + ended + " " + late + (failure == null ? "" : "\n" + failure);
    }

    /** A database takes neither half a pair of surrogates nor the character zero. */
    private static String shown(Throwable failure) {
        String text = FailureText.of(failure).toString().replaceAll("\\p{Cntrl}+", " ");
        String cut = text.length() <= LONGEST_FAILURE ? text : text.substring(0, LONGEST_FAILURE) + "…";
        return new String(cut.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    /**
     * Reads an answer. That of a newer version of the library which can't be read is a refusal.
     *
     * @param answer the answer
     * @param open true if the sender still waits for answers
     */
    static NodeOutcome outcome(BroadcastAnswer answer, boolean open) {
        String text = answer.answer();
        if (text == null) {
            text = of(answer.lost() ? End.NODE_LOST : open ? End.PENDING : End.LATE);
        }
        Matcher parts = TEXT.matcher(text);
        String node = answer.node().name();
        String incarnation = answer.node().incarnation().toString();
        if (parts.matches()) {
            for (End end : End.values()) {
                if (end.name().equals(parts.group(1))) {
                    return new NodeOutcome(node, incarnation, end, Integer.parseInt(parts.group(2)),
                            Integer.parseInt(parts.group(3)), Integer.parseInt(parts.group(4)),
                            Integer.parseInt(parts.group(5)), parts.group(6));
                }
            }
        }
        return new NodeOutcome(node, incarnation, End.REFUSED, 0, 0, 0, 0, "the answer can't be read: "
                + (text.length() <= LONGEST_FAILURE ? text : text.substring(0, LONGEST_FAILURE) + "…"));
    }
}
