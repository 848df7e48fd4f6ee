package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessInfo;
import io.github.ppool.process.ProcessStatus;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.SafeReason;
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

    private static final String LIBRARY = "io.github.ppool.";

    /** The packages of the core. */
    private static final Pattern CORE = Pattern.compile(
            "io\\.github\\.ppool\\.(concurrent|genserver|guard|pool|process|restart|supervisor|time)\\..*");

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
                doing(info.status(), stack),
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

    /** What a waiting process waits for; the place of a running one. */
    static @Nullable String doing(ProcessStatus status, StackTraceElement[] stack) {
        if (stack.length == 0) {
            return null;
        }
        return status == ProcessStatus.WAITING ? awaited(stack) : place(stack);
    }

    /** The outermost call of this library that the innermost foreign code has made. */
    private static String awaited(StackTraceElement[] stack) {
        String awaited = "a message";
        for (StackTraceElement frame : stack) {
            String type = frame.getClassName();
            if (isOfTheJdk(type)) {
                continue;
            }
            if (!CORE.matcher(type).matches()) {
                break;
            }
            String known = known(type.substring(LIBRARY.length()), frame.getMethodName());
            if (known != null) {
                awaited = known;
            }
        }
        return awaited;
    }

    private static @Nullable String known(String type, String method) {
        if (type.startsWith("process.ReplySlot") || type.startsWith("genserver.PendingCall")) {
            return "a reply";
        }
        if (type.startsWith("process.StartHandshake")) {
            return "the start of a process";
        }
        if (type.equals("process.ProcessContext") && method.startsWith("awaitEnd")) {
            return "the end of a process";
        }
        if (type.equals("pool.engine.WorkerProcess")) {
            return "work";
        }
        if (type.equals("process.ProcessContext") && method.equals("sleep")) {
            return "a time";
        }
        if (type.startsWith("pool.engine.BlockingWaiter") || type.startsWith("pool.engine.Checkout")) {
            return "a worker of a pool";
        }
        return null;
    }

    private static @Nullable String place(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (!isOfTheJdk(frame.getClassName()) && !CORE.matcher(frame.getClassName()).matches()) {
                return frame.getClassName() + "." + frame.getMethodName();
            }
        }
        return null;
    }

    private static boolean isOfTheJdk(String type) {
        return type.startsWith("java.") || type.startsWith("jdk.") || type.startsWith("sun.");
    }
}
