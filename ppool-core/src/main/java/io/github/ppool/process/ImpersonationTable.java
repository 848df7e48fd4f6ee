package io.github.ppool.process;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The processes that threads without a process of their own {@linkplain Impersonation impersonate}. Each thread writes
 * and reads its own entry only, so one look at one place of the table is enough. A thread takes a place with
 * compare-and-set and frees it itself; if another thread has the place, it uses the map. A thread-local would stay in
 * the threads of the application, and the map alone costs a fifth of a whole call.
 */
final class ImpersonationTable {

    /**
     * The number of places, a power of two, and the distance of two places, which puts them into different cache lines.
     */
    private static final int PLACES = 256;
    private static final int APART = 16;

    private static final AtomicReferenceArray<@Nullable Entry> TABLE = new AtomicReferenceArray<>(PLACES * APART);
    private static final ConcurrentHashMap<Thread, ProcessSelf> OTHERS = new ConcurrentHashMap<>();

    /**
     * True once any thread has impersonated a process. Not volatile: a thread asks for itself and has written it
     * itself.
     */
    private static boolean everUsed;

    private ImpersonationTable() {}

    private record Entry(Thread thread, ProcessSelf process) {}

    /** False if no thread has ever impersonated a process, as in most applications. */
    static boolean everUsed() {
        return everUsed;
    }

    /** Called by a thread that is about to impersonate a process. */
    static void markUsed() {
        if (!everUsed) {
            everUsed = true;
        }
    }

    private static int place(Thread thread) {
        return ((int) thread.threadId() & (PLACES - 1)) * APART;
    }

    /** Called by a thread without a process of its own. Returns the process that it impersonates; null if none. */
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

    /**
     * Called by a thread without a process of its own: it impersonates the given process from now on; null means none.
     */
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
