package io.github.ppool.spring.boot.observe;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event in the life of a pool or a supervision tree.
 *
 * @param sequence the number of the entry; later entries have greater ones
 * @param at the time of the event
 * @param of the name of the pool or the tree
 * @param kind {@code pool} or {@code tree}
 * @param event {@code crashed}, {@code ended}, {@code not_made}, {@code restarting}, {@code stays_down},
 *     {@code restarted}, {@code gave_up}, {@code phase}, {@code leaked}, {@code overdue},
 *     {@code overrun} or {@code refused}
 * @param child the id of the child, with those of the supervisors above it and slashes between them if it is nested;
 *     null if the event is about no child
 * @param pid the process; null if the event is about none
 * @param reason the reason, an exception by its class alone; the new phase for {@code phase}; null if there is none
 * @param decision the decision of the plan or the intensity, such as {@code restarts in 5s, attempt 3}; null if there
 *     is none
 * @param backAt the time of the next start; null if none is scheduled
 * @param times the number of events of this kind that the entry stands for; null for one
 * @param skipped the number of events of the pool or tree since its entry before that were too many to be kept; null
 *     for none
 * @param message the text of the exception; null unless values are shown
 * @param stack the innermost frames of the exception; null unless values are shown
 */
public record JournalEntry(
        long sequence,
        Instant at,
        String of,
        String kind,
        String event,
        @Nullable String child,
        @Nullable String pid,
        @Nullable String reason,
        @Nullable String decision,
        @Nullable Instant backAt,
        @Nullable Long times,
        @Nullable Long skipped,
        @Nullable String message,
        @Nullable List<String> stack) {

    JournalEntry withoutValues() {
        return message == null && stack == null
                ? this
                : new JournalEntry(sequence, at, of, kind, event, child, pid, reason, decision, backAt, times, skipped,
                        null, null);
    }
}
