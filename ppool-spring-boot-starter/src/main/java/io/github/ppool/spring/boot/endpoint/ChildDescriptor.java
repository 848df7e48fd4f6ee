package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessInfo;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.SafeReason;
import io.github.ppool.supervisor.ChildInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A child, as OTP's {@code which_children} shows it, and somewhat more.
 *
 * @param id its id
 * @param child its process, or {@code restarting} or {@code undefined}
 * @param type worker or supervisor
 * @param modules which code it runs
 * @param doing what its process is doing: {@code running} its code, {@code waiting} for a message or a reply; null
 *         unless it runs
 * @param messages how many messages it has not received, null unless it runs
 * @param restarts how often it has been started again
 * @param since when its process was started, null unless it runs
 * @param uptimeMillis for how long it has been running, null unless it runs
 * @param restartAt when it will be started again, null if no time is set
 * @param restartInMillis in which time it will be started again, null if no time is set
 * @param lastExit why it ended last, null if it never did; an exception by its class alone
 */
public record ChildDescriptor(
        @Nullable String id,
        String child,
        String type,
        List<String> modules,
        @Nullable String doing,
        @Nullable Integer messages,
        int restarts,
        @Nullable Instant since,
        @Nullable Long uptimeMillis,
        @Nullable Instant restartAt,
        @Nullable Long restartInMillis,
        @Nullable String lastExit) {

    /**
     * A child, with a look at its process as it is now.
     *
     * @param info what the supervisor has said
     * @param asOf when it said so
     * @param code what is said of the child's code if its specification does not say it
     */
    static ChildDescriptor of(ChildInfo info, Instant asOf, ProcessSystem system, List<String> code) {
        Pid pid = info.pid();
        ProcessInfo process = pid == null ? null : system.info(pid);
        ExitReason lastExit = info.lastExit();
        return new ChildDescriptor(
                info.id(),
                pid != null ? PidText.of(pid) : info.state().name().toLowerCase(Locale.ROOT),
                info.type().name().toLowerCase(Locale.ROOT),
                info.modules().isEmpty() ? code : info.modules(),
                process == null ? null : process.status().name().toLowerCase(Locale.ROOT),
                process == null ? null : process.messageQueueLength(),
                info.restarts(),
                instant(asOf, info.uptime(), Instant::minus),
                millis(info.uptime()),
                instant(asOf, info.restartIn(), Instant::plus),
                millis(info.restartIn()),
                lastExit == null ? null : SafeReason.of(lastExit));
    }

    /** By the clock on the wall, which the process system does not know. */
    private static @Nullable Instant instant(
            Instant asOf, @Nullable Duration duration, BiFunction<Instant, Duration, Instant> from) {
        return duration == null ? null : from.apply(asOf, duration).truncatedTo(ChronoUnit.MILLIS);
    }

    private static @Nullable Long millis(@Nullable Duration duration) {
        return duration == null ? null : duration.toMillis();
    }
}
