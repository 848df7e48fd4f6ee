package io.github.ppool.spring.boot.observe;

import io.github.ppool.process.ProcessStatus;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the activity of a process in its stack. */
public final class Doing {

    private static final String LIBRARY = "io.github.ppool.";

    /** The packages of the core. */
    private static final Pattern CORE = Pattern.compile(
            "io\\.github\\.ppool\\.(concurrent|genserver|guard|pool|process|restart|supervisor|time)\\..*");

    private Doing() {}

    /**
     * The thing that a waiting process waits for, or the place of a running one.
     *
     * @param status the status of the process
     * @param stack the stack of its thread, the innermost frame first
     * @return such as {@code a message} or {@code com.example.Mail.send}; null if that is not known
     */
    public static @Nullable String of(ProcessStatus status, StackTraceElement[] stack) {
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
