package io.github.ppool.pool.engine;

import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The recent borrowers, by the number of their thread. Any thread, without a lock.
 *
 * <p>Threads with numbers that fall into the same entry replace each other, which costs them another registration; two
 * records of one thread do no harm. A table is used and no thread-local variable, because it leaves no value in a
 * thread that outlives the pool. Records may be published by a race: all their fields are final except one hint.
 */
final class BorrowerTable {

    private static final int FEWEST = 256;
    private static final int MOST = 8192;

    /** Stands for the table until the first borrower comes: an idle pool needs no table. */
    private static final @Nullable Borrower[] NOBODY = new Borrower[1];

    /** Published by a race, as its records are: a thread that finds an older table registers once more. */
    private @Nullable Borrower[] table = NOBODY;
    private final int length;
    private final Consumer<Pid> whenExited;
    /** The processes with an end that will be notified, once each. */
    private final Set<Pid> watched = ConcurrentHashMap.newKeySet();

    /**
     * A table for a pool of so many places.
     *
     * @param whenExited called with each borrowing process that has ended, on the thread that ends it
     */
    BorrowerTable(int places, Consumer<Pid> whenExited) {
        int wanted = Math.clamp(8L * places, FEWEST, MOST);
        this.length = Integer.highestOneBit(wanted);
        this.whenExited = whenExited;
    }

    /** The borrower that is the calling thread. If that is a process, its end is notified from now on. */
    Borrower current(Thread thread) {
        Borrower known = ProcessSystem.isImpersonating() ? null : known(thread);
        return known != null ? known : register(thread);
    }

    /** The borrower that is this thread, or null if the table does not know it. */
    @Nullable
    Borrower known(Thread thread) {
        @Nullable
        Borrower[] known = table;
        Borrower found = known[index(thread, known)];
        return found != null && found.threadId == thread.threadId() ? found : null;
    }

    /** Registers the calling thread. Not under a lock: this calls the system of processes. */
    Borrower register(Thread thread) {
        if (ProcessSystem.isImpersonating()) {
            // the thread acts for that process during a call only: the table must not remember that
            return new Borrower(watchedProcess());
        }
        Borrower met = new Borrower(thread, watchedProcess());
        @Nullable
        Borrower[] mine = table;
        if (mine.length < length) {
            mine = new Borrower[length];
            table = mine;
        }
        mine[index(thread, mine)] = met;
        return met;
    }

    private static int index(Thread thread, @Nullable Borrower[] table) {
        return (int) thread.threadId() & (table.length - 1);
    }

    /** The calling process; from now on its end is notified. Null if the calling thread runs no process. */
    @Nullable
    Pid watchedProcess() {
        ProcessContext process = ProcessSystem.currentProcess();
        if (process == null) {
            return null;
        }
        Pid pid = process.self();
        watch(pid, process.system());
        return pid;
    }

    /** The end of a process is notified from now on; at once if it has ended. Holds no lock. */
    void watch(Pid pid, ProcessSystem system) {
        if (watched.add(pid)) {
            system.onExit(pid, (ended, reason) -> {
                watched.remove(ended);
                whenExited.accept(ended);
            });
        }
    }

    /** For tests: tells whether the end of a process will be notified. */
    boolean isWatching(Pid process) {
        return watched.contains(process);
    }

    /**
     * For tests: checks the invariants of this structure.
     *
     * @return the first one that does not hold, or null
     */
    @Nullable
    String brokenInvariant() {
        @Nullable
        Borrower[] mine = table;
        for (int i = 0; i < mine.length; i++) {
            Borrower there = mine[i];
            if (there != null && (mine.length != length || (there.threadId & (length - 1)) != i)) {
                return there + " is at " + i + " of " + mine.length;
            }
        }
        return null;
    }
}
