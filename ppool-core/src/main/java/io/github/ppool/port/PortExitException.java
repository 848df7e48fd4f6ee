package io.github.ppool.port;

import java.util.OptionalInt;

/**
 * The program has ended by itself, or was killed from outside. Stands for the message <code>{Port, {exit_status,
 * Status}}</code> of an Erlang port.
 */
public final class PortExitException extends PortException {

    private static final long serialVersionUID = 1L;
    /** A process that a signal has ended has this status and the number of the signal. */
    private static final int SIGNALLED = 128;
    private static final int LAST_SIGNAL = 64;

    private final int status;

    PortExitException(String program, int status) {
        super(program + " has ended " + described(status), null);
        this.status = status;
    }

    /**
     * Returns the exit status as the virtual machine tells it.
     *
     * @return the status; on Unix 128 and the number of the signal if a signal has ended the program
     */
    public int exitStatus() {
        return status;
    }

    /**
     * Returns the signal that has ended the program. The virtual machine does not tell a signal apart from a program
     * that exits with such a status by itself.
     *
     * @return the number of the signal; empty if the status stands for none, and on Windows
     */
    public OptionalInt signal() {
        return isSignal(status) ? OptionalInt.of(status - SIGNALLED) : OptionalInt.empty();
    }

    private static boolean isSignal(int status) {
        return !Platform.IS_WINDOWS && status > SIGNALLED && status <= SIGNALLED + LAST_SIGNAL;
    }

    private static String described(int status) {
        if (!isSignal(status)) {
            return "with exit status " + status;
        }
        int signal = status - SIGNALLED;
        String name = switch (signal) {
            case 1 -> " (SIGHUP)";
            case 2 -> " (SIGINT)";
            case 3 -> " (SIGQUIT)";
            case 4 -> " (SIGILL)";
            case 6 -> " (SIGABRT)";
            case 8 -> " (SIGFPE)";
            case 9 -> " (SIGKILL)";
            case 11 -> " (SIGSEGV)";
            case 13 -> " (SIGPIPE)";
            case 14 -> " (SIGALRM)";
            case 15 -> " (SIGTERM)";
            default -> "";
        };
        return "by signal " + signal + name;
    }
}
