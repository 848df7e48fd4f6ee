package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessInfo;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.SafeReason;
import io.github.ppool.supervisor.ChildInfo;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A child, as OTP's {@code which_children} shows it, and somewhat more.
 *
 * @param id its id
 * @param child its process, or {@code restarting} or {@code undefined}
 * @param type worker or supervisor
 * @param modules which code it runs
 * @param doing what its process is doing: {@code running} its code, {@code waiting} for a message or a reply; null unless it runs
 * @param messages how many messages it has not received, null unless it runs
 * @param restarts how often it has been started again
 * @param uptimeMillis for how long it has been running, null unless it runs
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
        @Nullable Long uptimeMillis,
        @Nullable Long restartInMillis,
        @Nullable String lastExit) {

    /** What a child's specification does not say of its code is said in {@code code}. */
    static ChildDescriptor of(ChildInfo info, ProcessSystem system, List<String> code) {
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
                millis(info.uptime()),
                millis(info.restartIn()),
                lastExit == null ? null : SafeReason.of(lastExit));
    }

    private static @Nullable Long millis(@Nullable Duration duration) {
        return duration == null ? null : duration.toMillis();
    }
}
