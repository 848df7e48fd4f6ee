package io.github.ppool.pool.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The search of one hand-over for the chain of its key. {@link #find} looks under the lock of the table's owner, and
 * calls no foreign code. If it meets a chain about which only {@code equals} of the key can tell, the caller releases
 * the lock, calls {@link #compare}, and looks again. Each round but the last meets a chain that was not compared
 * before, so other threads have gone on meanwhile.
 *
 * <p>Belongs to one thread.
 */
final class KeySearch<C extends KeyedChain<C>> {

    private final TaskKey key;
    private @Nullable C found;
    private @Nullable C equal;
    private @Nullable Set<C> different;
    private @Nullable List<C> unknown;

    KeySearch(TaskKey key) {
        this.key = key;
    }

    /**
     * Under the lock: looks for the chain of the key.
     *
     * @return true if {@link #found} is right until the lock is released
     */
    boolean find(KeyTable<C> table) {
        found = null;
        unknown = null;
        for (C chain = table.bucket(key.hash()); chain != null; chain = chain.nextInBucket) {
            if (chain.key.hash() == key.hash()) {
                if (chain.equals(equal) || key.isSurelyEqual(chain.key)) {
                    found = chain;
                    return true;
                }
                if (!key.isPlain() && (different == null || !different.contains(chain))) {
                    unknown = unknown == null ? new ArrayList<>(1) : unknown;
                    unknown.add(chain);
                }
            }
        }
        return unknown == null;
    }

    /** Without the lock: asks the key. Passes on its exceptions. */
    void compare() {
        if (unknown == null) {
            return;
        }
        for (C chain : unknown) {
            if (key.isEqual(chain.key)) {
                equal = chain;
                return;
            }
            different = different == null ? Collections.newSetFromMap(new IdentityHashMap<>()) : different;
            different.add(chain);
        }
    }

    /** The chain of the key; null if there is none. */
    @Nullable
    C found() {
        return found;
    }
}
