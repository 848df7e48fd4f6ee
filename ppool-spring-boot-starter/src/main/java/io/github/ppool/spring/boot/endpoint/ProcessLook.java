package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessInfo;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.SafeReason;
import io.github.ppool.spring.boot.observe.Doing;
import io.github.ppool.spring.boot.observe.PidText;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks at one process, for the operator of an application that hangs. */
final class ProcessLook {

    /** The most frames of a stack. */
    private static final int DEEPEST = 200;

    /** The most links or monitors that are shown of a kind. */
    private static final int MOST = 1_000;

    private static final Pattern PID = Pattern.compile("<?([0-9]{1,18})>?");

    private final ProcessSystem system;

    ProcessLook(ProcessSystem system) {
        this.system = system;
    }

    /**
     * Looks.
     *
     * @param text the number of the pid, with or without its brackets
     * @return null if there is no such process
     */
    @Nullable
    ProcessDescriptor look(String text) {
        Matcher pid = PID.matcher(text);
        if (!pid.matches()) {
            throw Refusal.of("pid must be a number such as 17 or <17>, got: " + text);
        }
        return system.find(Long.parseLong(pid.group(1))).map(this::look).orElse(null);
    }

    private ProcessDescriptor look(Pid pid) {
        ProcessInfo info = system.info(pid);
        StackTraceElement[] stack = system.stackTrace(pid);
        Optional<ExitReason> end = system.exitReason(pid);
        return new ProcessDescriptor(
                PidText.of(pid),
                pid.label().isEmpty() ? null : pid.label(),
                info.registeredName().isEmpty() ? null : info.registeredName(),
                info.status().name().toLowerCase(Locale.ROOT),
                Doing.of(info.status(), stack),
                info.inStatusFor().toMillis(),
                info.messageQueueLength(),
                info.wakeUps(),
                info.trapExits(),
                texts(info.links()),
                texts(info.monitors()),
                texts(info.monitoredBy()),
                end.map(SafeReason::of).orElse(null),
                Arrays.stream(stack).limit(DEEPEST).map(StackTraceElement::toString).toList());
    }

    private static List<String> texts(List<Pid> pids) {
        return pids.stream().limit(MOST).map(PidText::of).toList();
    }
}
