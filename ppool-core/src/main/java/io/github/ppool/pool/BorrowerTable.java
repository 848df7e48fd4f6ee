package io.github.ppool.pool;

import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The borrowers that were here lately. Any thread, without a lock.
 *
 * <p>A table in which threads whose numbers meet drive each other out, which costs them a look at what they are; two
 * records of one thread do no harm. A table and not a thread-local: it costs a thread nothing to have been here, and
 * nothing is left in a thread that outlives the pool. Records are safe to publish by a race: all that others need of
 * them is final, but for one hint.
 */
final class BorrowerTable {

    private static final int FEWEST = 256;
    private static final int MOST = 8192;

    /** In place of a table as long as nobody was here: an idle pool needs none. */
    private static final @Nullable Borrower[] NOBODY = new Borrower[1];

    /** Published by a race, as its records are: whoever finds an older one has a look more. */
    private @Nullable Borrower[] table = NOBODY;
    private final int length;
    private final Consumer<Pid> whenExited;
    /** The processes whose end is going to be told; told once each. */
    private final Set<Pid> watched = ConcurrentHashMap.newKeySet();

    /**
     * A table for a pool of so many places.
     *
     * @param whenExited told of each process that has ended and was a borrower, on whatever thread ends it
     */
    BorrowerTable(int places, Consumer<Pid> whenExited) {
        int wanted = Math.clamp(8L * places, FEWEST, MOST);
        this.length = Integer.highestOneBit(wanted);
        this.whenExited = whenExited;
    }

    /** The thread, which calls, as a borrower. If it is a process, its end is told from now on. */
    Borrower current(Thread thread) {
        Borrower known = ProcessSystem.isImpersonating() ? null : known(thread);
        return known != null ? known : register(thread);
    }

    /** The thread as a borrower, if it was here lately. */
    @Nullable
    Borrower known(Thread thread) {
        @Nullable
        Borrower[] known = table;
        Borrower found = known[index(thread, known)];
        return found != null && found.threadId == thread.threadId() ? found : null;
    }

    /** Finds out what the thread, which calls, is. Not under a lock: it calls the system of processes. */
    Borrower register(Thread thread) {
        if (ProcessSystem.isImpersonating()) {
            // it is that process for the length of a call only: nothing to be found again
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

    /** The calling process, for something that it will own but that needs no thread; null if the caller is none. */
    @Nullable
    Pid watchedProcess() {
        ProcessContext process = ProcessSystem.currentProcess();
        if (process == null) {
            return null;
        }
        Pid pid = process.self();
        if (watched.add(pid)) {
            process.system().onExit(pid, (ended, reason) -> {
                watched.remove(ended);
                whenExited.accept(ended);
            });
        }
        return pid;
    }

    /** For tests: tells whether the end of a process will be told. */
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
