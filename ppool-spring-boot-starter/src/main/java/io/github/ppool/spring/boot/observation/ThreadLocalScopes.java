package io.github.ppool.spring.boot.observation;

import io.github.ppool.guard.ForeignCode;
import io.micrometer.context.ContextSnapshot;
import java.util.ArrayList;
import java.util.List;

/**
 * The thread-locals of a snapshot on the calling thread, each in a scope of its own. Accessors of thread-locals are
 * foreign code. A scope of the snapshot as a whole has no end if one accessor throws: at the begin the caller gets no
 * scope, and at the end the scope stops at that accessor. The other values would stay on the worker's thread, for the
 * tasks of other callers.
 *
 * <p>One thread uses an object.
 */
final class ThreadLocalScopes {

    /** The name of the foreign code in the log. */
    private static final String CONTEXT = "The end of the context of a task";

    private final List<ContextSnapshot.Scope> open = new ArrayList<>();

    private ThreadLocalScopes() {}

    /**
     * Sets the values of a snapshot. If an accessor throws, all values that are set are taken back, and the exception
     * goes to the caller.
     */
    static ThreadLocalScopes open(ContextSnapshot snapshot) {
        List<Object> keys = keys(snapshot);
        ThreadLocalScopes scopes = new ThreadLocalScopes();
        boolean whole = false;
        try {
            for (Object key : keys) {
                scopes.open.add(snapshot.setThreadLocals(key::equals));
            }
            whole = true;
            return scopes;
        } finally {
            if (!whole) {
                scopes.close();
            }
        }
    }

    /** The keys of all accessors. The snapshot asks for each of them, and sets no value. */
    private static List<Object> keys(ContextSnapshot snapshot) {
        List<Object> keys = new ArrayList<>();
        snapshot.setThreadLocals(key -> !keys.add(key)).close();
        return keys;
    }

    /** Puts the former values back, the last one first. A failure is logged and concerns that value only. */
    void close() {
        for (int i = open.size() - 1; i >= 0; i--) {
            ForeignCode.tell(CONTEXT, open.get(i)::close);
        }
    }
}
