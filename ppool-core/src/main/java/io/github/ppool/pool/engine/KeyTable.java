package io.github.ppool.pool.engine;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The chains of keys, by hash. A hash table of its own, because a {@code HashMap} would call {@code equals} of keys
 * under the engine's lock. A chain leaves by its identity, so that a key that has changed meanwhile leaves no
 * object behind.
 *
 * <p>The table has parts that grow and shrink one by one. So no step under the lock takes longer than copying a part,
 * which has one 256th of all chains. A table without chains has no memory.
 */
final class KeyTable<C extends KeyedChain<C>> {

    private static final int PARTS = 256;
    private static final int SMALLEST = 4;

    /** Null while there is no chain. */
    private @Nullable Part<C> @Nullable [] parts;
    private int size;

    /** Some of the chains. */
    private static final class Part<C extends KeyedChain<C>> {
        private @Nullable C[] buckets = buckets(SMALLEST);
        private int size;

        @SuppressWarnings("unchecked") // only chains of this table are put there
        private static <C extends KeyedChain<C>> @Nullable C[] buckets(int length) {
            return (C[]) new KeyedChain<?>[length];
        }

        private int index(long hash) {
            return (int) hash & buckets.length - 1;
        }

        private void add(C chain) {
            size++;
            if (size > buckets.length) {
                resize(buckets.length * 2);
            }
            put(chain);
        }

        private void put(C chain) {
            int index = index(chain.key.hash());
            chain.nextInBucket = buckets[index];
            buckets[index] = chain;
        }

        private void remove(C chain) {
            int index = index(chain.key.hash());
            C before = null;
            for (C there = buckets[index]; there != null; there = there.nextInBucket) {
                if (there.equals(chain)) {
                    if (before == null) {
                        buckets[index] = there.nextInBucket;
                    } else {
                        before.nextInBucket = there.nextInBucket;
                    }
                    chain.nextInBucket = null;
                    size--;
                    if (size < buckets.length / 8 && buckets.length > SMALLEST) {
                        resize(buckets.length / 2);
                    }
                    return;
                }
                before = there;
            }
            throw new AssertionError("not in the table: " + chain);
        }

        private void resize(int length) {
            @Nullable
            C[] old = buckets;
            buckets = buckets(length);
            for (C first : old) {
                C next = first;
                while (next != null) {
                    C chain = next;
                    next = chain.nextInBucket;
                    put(chain);
                }
            }
        }
    }

    private static int partOf(long hash) {
        return (int) (hash >>> 56);
    }

    /** Number of chains. */
    int size() {
        return size;
    }

    /** The first of the chains that may have this hash; the others follow by {@link KeyChain#nextInBucket}. */
    @Nullable
    C bucket(long hash) {
        Part<C> part = parts == null ? null : parts[partOf(hash)];
        return part == null ? null : part.buckets[part.index(hash)];
    }

    @SuppressWarnings("unchecked") // only parts of this table are put there
    void add(C chain) {
        if (parts == null) {
            parts = (Part<C>[]) new Part<?>[PARTS];
        }
        int index = partOf(chain.key.hash());
        Part<C> part = parts[index];
        if (part == null) {
            part = new Part<>();
            parts[index] = part;
        }
        part.add(chain);
        size++;
    }

    /** Takes out a chain, which is in the table. */
    void remove(C chain) {
        int index = partOf(chain.key.hash());
        Part<C> part = parts == null ? null : parts[index];
        if (parts == null || part == null) {
            throw new AssertionError("not in the table: " + chain);
        }
        part.remove(chain);
        size--;
        if (size == 0) {
            parts = null;
        }
    }

    /** Calls an action with each chain; it must not change the table. */
    void forEach(Consumer<C> action) {
        if (parts == null) {
            return;
        }
        for (Part<C> part : parts) {
            if (part != null) {
                for (C first : part.buckets) {
                    for (C chain = first; chain != null; chain = chain.nextInBucket) {
                        action.accept(chain);
                    }
                }
            }
        }
    }

    /** For tests: whether the table has no memory. */
    boolean isWithoutMemory() {
        return parts == null;
    }
}
