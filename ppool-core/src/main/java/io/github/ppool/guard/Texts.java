package io.github.ppool.guard;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The texts of foreign objects, for as long as the objects exist, so that each object is called once. Keyed by
 * identity, because their {@code equals} is foreign too, and weakly, so that no object is kept in memory. Any thread.
 *
 * @param <T> the type of the text; must not lead to the object
 */
final class Texts<T> {

    private final ConcurrentHashMap<Object, T> known = new ConcurrentHashMap<>();
    private final ReferenceQueue<Object> gone = new ReferenceQueue<>();

    /** Returns the text of an object; this call asks for it if it is not known. Two concurrent calls may both ask. */
    T of(Object object, Supplier<T> ask) {
        T text = known.get(new Lookup(object));
        if (text != null) {
            return text;
        }
        T asked = ask.get();
        for (Reference<?> old = gone.poll(); old != null; old = gone.poll()) {
            known.remove(old);
        }
        known.put(new Key(object, gone), asked);
        return asked;
    }

    private static final class Lookup {
        private final Object object;

        private Lookup(Object object) {
            this.object = object;
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // an object's own equals is foreign
        public boolean equals(Object other) {
            return other instanceof Key key && key.get() == object;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(object);
        }
    }

    private static final class Key extends WeakReference<Object> {
        private final int hash;

        private Key(Object object, ReferenceQueue<Object> gone) {
            super(object, gone);
            this.hash = System.identityHashCode(object);
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // as above
        public boolean equals(Object other) {
            return this == other || (other instanceof Key key && key.get() != null && key.get() == get());
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
