package io.github.ppool.sample.nagger;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A nagger, as it is shown.
 *
 * @param id its number
 * @param task what it reminds of
 * @param every the time before each reminder
 * @param times how many reminders, null means for ever
 * @param to whom it reminds
 * @param mode how it got its place
 * @param state what it is doing
 * @param nagged how many reminders it has written
 * @param sent how many of them the mail server has accepted
 * @param lost how many of them were not sent and will not be; the log says why
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
