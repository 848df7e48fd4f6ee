package io.github.ppool.process;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What threads that are no processes {@linkplain Impersonation stand in} for. Each thread writes and reads its own record
 * only, which is why one look at one place of the table is enough: a place is taken with compare-and-set and freed by
 * the thread that has taken it. A thread that finds its place taken by another one uses the map. A table, and not a
 * thread-local, because a thread-local would stay in the threads of the application; and not the map alone, which costs
 * a fifth of a whole call.
 */
final class ImpersonationTable {

    /**
     * A power of two, and how far apart two places are, so that they are in different lines of the processor's cache.
     */
    private static final int PLACES = 256;
    private static final int APART = 16;

    private static final AtomicReferenceArray<@Nullable Entry> TABLE = new AtomicReferenceArray<>(PLACES * APART);
    private static final ConcurrentHashMap<Thread, ProcessSelf> OTHERS = new ConcurrentHashMap<>();

    /**
     * Whether any thread has ever stood in. Not volatile: a thread asks for itself, and would have written it itself.
     */
    private static boolean everUsed;

    private ImpersonationTable() {}

    private record Entry(Thread thread, ProcessSelf process) {}

    /** False if no thread has ever stood in, as in most applications. */
    static boolean everUsed() {
        return everUsed;
    }

    /** The calling thread is about to stand in. */
    static void markUsed() {
        if (!everUsed) {
            everUsed = true;
        }
    }

    private static int place(Thread thread) {
        return ((int) thread.threadId() & (PLACES - 1)) * APART;
    }

    /** The calling thread, which is no process: what it stands in for; null if for none. */
    static @Nullable ProcessSelf find(Thread thread) {
        if (!everUsed) {
            return null;
        }
        Entry entry = TABLE.get(place(thread));
        if (entry != null && entry.thread == thread) {
            return entry.process;
        }
        return OTHERS.isEmpty() ? null : OTHERS.get(thread);
    }

    /** The calling thread, which is no process, stands in for that one from now on; null: for none. */
    static void put(Thread thread, @Nullable ProcessSelf process) {
        markUsed();
        int place = place(thread);
        Entry there = TABLE.get(place);
        boolean mine = there != null && there.thread == thread;
        if (process == null) {
            if (mine) {
                TABLE.setRelease(place, null);
            } else {
                OTHERS.remove(thread);
            }
        } else if (mine) {
            TABLE.setRelease(place, new Entry(thread, process));
        } else if (there != null || (!OTHERS.isEmpty() && OTHERS.containsKey(thread))
                || !TABLE.compareAndSet(place, null, new Entry(thread, process))) {
            OTHERS.put(thread, process);
        }
    }
}
