package io.github.ppool.port;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The programs that are to end with the virtual machine. A hook ends those that no pool has closed. The hook is there
 * only as long as there is such a program.
 *
 * <p>A worker crashes when the hook ends its program, and its pool may start another program at that moment. So a
 * start is announced before, and refused once the hook runs; the hook waits for those that are announced.
 */
final class OpenPorts {

    private static final OpenPorts ALL = new OpenPorts();

    @GuardedBy("this")
    private final Set<Port> open = new HashSet<>();

    @GuardedBy("this")
    private @Nullable Thread hook;

    @GuardedBy("this")
    private int starting;

    @GuardedBy("this")
    private boolean ending;

    private OpenPorts() {}

    /**
     * Announces a start. {@link #started} or {@link #notStarted} must follow.
     *
     * @throws PortException if the virtual machine is being shut down
     */
    static void announce() throws PortException {
        ALL.announceStart();
    }

    /** The announced program runs. */
    static void started(Port port) {
        ALL.enter(port);
    }

    /** The announced program could not be started. */
    static void notStarted() {
        ALL.startEnded();
    }

    /** The program has ended. Has no effect for a program that was not announced. */
    static void remove(Port port) {
        ALL.leave(port);
    }

    private synchronized void announceStart() throws PortException {
        if (hook == null && !ending) {
            Thread atEnd = Thread.ofPlatform().inheritInheritableThreadLocals(false).name("ppool-ports-end")
                    .unstarted(this::endAll);
            try {
                Runtime.getRuntime().addShutdownHook(atEnd);
                hook = atEnd;
            } catch (IllegalStateException shutDown) {
                ending = true;
            }
        }
        if (ending) {
            throw new PortException("the virtual machine is being shut down, no program is started any more", null);
        }
        starting++;
    }

    private synchronized void enter(Port port) {
        open.add(port);
        startEnded();
    }

    private synchronized void startEnded() {
        starting--;
        notifyAll();
        removeHookIfIdle();
    }

    private synchronized void leave(Port port) {
        if (open.remove(port)) {
            removeHookIfIdle();
        }
    }

    private synchronized void removeHookIfIdle() {
        if (open.isEmpty() && starting == 0 && hook != null && !ending) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
                hook = null;
            } catch (IllegalStateException shutDown) {
                ending = true; // the hook runs at this moment, and finds no program
            }
        }
    }

    private synchronized List<Port> takeAll() throws InterruptedException {
        ending = true;
        while (starting > 0) {
            wait();
        }
        return List.copyOf(open);
    }

    /** Closes all of them at the same time: each may take its whole grace. */
    private void endAll() {
        try {
            List<Thread> closing = takeAll().stream()
                    .map(port -> Thread.ofPlatform().inheritInheritableThreadLocals(false).name("ppool-port-end")
                            .start(port::close))
                    .toList();
            for (Thread each : closing) {
                each.join();
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt(); // the virtual machine does not wait any more
        }
    }
}
