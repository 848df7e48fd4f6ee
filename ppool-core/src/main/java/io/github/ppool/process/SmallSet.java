package io.github.ppool.process;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set for few elements, like LLVM's type of that name. It costs one field while it holds at most one element, as most
 * sets of processes do, and a hash set beyond that. Not thread-safe: the lock of the owning process guards it.
 */
final class SmallSet<E> {

    // null, the only element, or a LinkedHashSet<E>; an element itself is never a set
    private @Nullable Object content;

    boolean add(E element) {
        if (content == null) {
            content = element;
            return true;
        }
        if (content instanceof LinkedHashSet<?>) {
            return many().add(element);
        }
        if (content.equals(element)) {
            return false;
        }
        LinkedHashSet<E> set = new LinkedHashSet<>();
        set.add(only());
        set.add(element);
        content = set;
        return true;
    }

    boolean remove(Object element) {
        if (content instanceof LinkedHashSet<?>) {
            return many().remove(element);
        }
        if (content != null && content.equals(element)) {
            content = null;
            return true;
        }
        return false;
    }

    boolean contains(E element) {
        return content instanceof LinkedHashSet<?> set ? set.contains(element) : element.equals(content);
    }

    boolean isEmpty() {
        return content == null || (content instanceof LinkedHashSet<?> set && set.isEmpty());
    }

    List<E> drain() {
        List<E> elements = content == null
                ? List.of()
                : content instanceof LinkedHashSet<?> ? new ArrayList<>(many()) : List.of(only());
        content = null;
        return elements;
    }

    List<E> toList() {
        Object kept = content;
        List<E> elements = drain();
        content = kept;
        return elements;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // only elements and sets of elements are ever stored
    private E only() {
        return (E) content;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // as above
    private LinkedHashSet<E> many() {
        return (LinkedHashSet<E>) content;
    }
}
