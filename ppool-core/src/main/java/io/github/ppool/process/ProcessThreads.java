package io.github.ppool.process;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.Runs;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The processes of all systems by their threads, from the launch to the end of the thread. Answers which process the
 * calling thread is. Any thread.
 */
final class ProcessThreads {

    // One table for all systems, because the process of the calling thread must be found without knowing the system. A
    // thread-local would cost each process 136 bytes for a table of its own; an entry here costs 40. No process is
    // entered in a second table: one for each system would be a third of the price of a spawn.
    private static final ConcurrentHashMap<Thread, ProcessSelf> BY_THREAD = new ConcurrentHashMap<>();

    static {
        ForeignCode.processThreads(thread -> {
            ProcessSelf own = BY_THREAD.get(thread);
            ProcessSelf now = own == null ? ImpersonationTable.find(thread) : own.current();
            if (now != null && !now.cell().isAlive()) {
                return Runs.ENDED_PROCESS;
            }
            return own == null ? Runs.NO_PROCESS : Runs.LIVING_PROCESS;
        });
    }

    private ProcessThreads() {}

    static void add(Thread thread, ProcessSelf process) {
        BY_THREAD.put(thread, process);
    }

    static void remove(Thread thread) {
        BY_THREAD.remove(thread);
    }

    /** The process that the calling thread is at the moment; null if none. */
    static @Nullable ProcessSelf current() {
        Thread thread = Thread.currentThread();
        ProcessSelf own = BY_THREAD.get(thread);
        return own == null ? ImpersonationTable.find(thread) : own.current();
    }

    /** True if the calling thread impersonates a process. */
    static boolean isImpersonating() {
        return ImpersonationTable.everUsed() && isImpersonating(Thread.currentThread());
    }

    private static boolean isImpersonating(Thread thread) {
        ProcessSelf own = BY_THREAD.get(thread);
        return own == null ? ImpersonationTable.find(thread) != null : own.isImpersonating();
    }

    /**
     * The calling thread is the given process from now on. If that is null, or the thread's own process, the thread is
     * again itself.
     */
    static void runAs(Thread thread, @Nullable ProcessSelf process) {
        ProcessSelf own = BY_THREAD.get(thread);
        if (own == null) {
            ImpersonationTable.put(thread, process);
        } else {
            ImpersonationTable.markUsed();
            own.runAs(process);
        }
    }

    /** The processes whose threads have not ended and that match, in the order of their spawns. */
    static Stream<ProcessCell> find(Predicate<ProcessCell> match) {
        return BY_THREAD.values().stream().map(ProcessSelf::cell).filter(match).sorted();
    }
}
