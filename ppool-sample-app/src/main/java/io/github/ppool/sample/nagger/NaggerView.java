package io.github.ppool.sample.nagger;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A nagger as it is shown.
 *
 * @param id its number
 * @param task the text of the reminder
 * @param every the time before each reminder
 * @param times the number of reminders, null means unlimited
 * @param to the recipient
 * @param mode the way in which it got its place
 * @param state its state
 * @param nagged the number of reminders that it has written
 * @param sent the number of reminders that the mail server has accepted
 * @param lost the number of reminders that were not sent and will not be; the log has the reasons
 */
public record NaggerView(
        long id,
        String task,
        Duration every,
        @Nullable Integer times,
        String to,
        Mode mode,
        NaggerState state,
        int nagged,
        int sent,
        int lost) {}
