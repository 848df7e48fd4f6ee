package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessInfo;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.SafeReason;
import io.github.ppool.spring.boot.observe.PidText;
import io.github.ppool.supervisor.ChildInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A child as OTP's {@code which_children} shows it, with some more fields.
 *
 * @param id the id of the child
 * @param child its process, or {@code restarting} or {@code undefined}
 * @param type worker or supervisor
 * @param modules the classes of the child's code
 * @param doing {@code running} if its process runs code, {@code waiting} if it waits for a message or a reply; null
 *     unless it runs
 * @param messages the number of messages in its mailbox; null unless it runs
 * @param restarts the number of its restarts
 * @param since the start of its process; null unless it runs
 * @param uptimeMillis the time since the start of its process; null unless it runs
 * @param restartAt the time of its next restart; null if none is scheduled
 * @param restartInMillis the time until its next restart; null if none is scheduled
 * @param lastExit the reason of its last exit, an exception by its class alone; null if it never ended
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
     * Describes a child. The process of the child is inspected now.
     *
     * @param info the child as the supervisor knows it
     * @param asOf the time of the supervisor's answer
     * @param code the classes of the child's code, used if its specification has none
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

    /** The wall-clock time of a point in time of the process system, which has only a monotonic clock. */
    private static @Nullable Instant instant(
            Instant asOf, @Nullable Duration duration, BiFunction<Instant, Duration, Instant> from) {
        return duration == null ? null : from.apply(asOf, duration).truncatedTo(ChronoUnit.MILLIS);
    }

    private static @Nullable Long millis(@Nullable Duration duration) {
        return duration == null ? null : duration.toMillis();
    }
}
