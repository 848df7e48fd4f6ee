package io.github.ppool.commons;

import org.jspecify.annotations.Nullable;

/** The key of one object. Its own {@code equals} is foreign code, may change its answer, and is not called. */
record Identity(Object object) {

    @Override
    @SuppressWarnings("ReferenceEquality") // the same object is meant
    public boolean equals(@Nullable Object other) {
        return other instanceof Identity identity && identity.object == object;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(object);
    }
}
