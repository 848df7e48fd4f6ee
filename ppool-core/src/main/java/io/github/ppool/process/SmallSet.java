package io.github.ppool.process;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set for few elements, like LLVM's type of that name. It costs one field while it holds at most one element, as most
 * sets of processes do. From the second element on it is an array of {@value #FEW} elements, then one of
 * {@value #MOST}, and a hash set beyond that. The elements keep the order in which they came. Not thread-safe: the lock
 * of the owning process guards it.
 */
final class SmallSet<E> {

    /** The worker of a pool has two watchers. An array of four takes 32 bytes; a hash set of two takes 200. */
    static final int FEW = 4;
    /** The supervisor of a pool of five has six links. An array of eight takes 48 bytes; a hash set of six, 390. */
    static final int MOST = 8;

    // null, the only element, an Object[] with the elements before its first null, or a LinkedHashSet<E>; an element
    // itself is neither a set nor an array
    private @Nullable Object content;

    boolean add(E element) {
        if (content == null) {
            content = element;
            return true;
        }
        if (content instanceof LinkedHashSet<?>) {
            return many().add(element);
        }
        if (contains(element)) {
            return false;
        }
        if (!(content instanceof Object[] few)) {
            @Nullable
            Object[] first = new Object[FEW];
            first[0] = content;
            first[1] = element;
            content = first;
            return true;
        }
        int size = size(few);
        if (size < few.length) {
            few[size] = element;
        } else if (size < MOST) {
            @Nullable
            Object[] more = Arrays.copyOf(few, MOST);
            more[size] = element;
            content = more;
        } else {
            LinkedHashSet<Object> set = new LinkedHashSet<>(Arrays.asList(few));
            set.add(element);
            content = set;
        }
        return true;
    }

    boolean remove(Object element) {
        if (content instanceof LinkedHashSet<?>) {
            return many().remove(element);
        }
        if (content instanceof Object[] few) {
            return remove(few, element);
        }
        if (content != null && content.equals(element)) {
            content = null;
            return true;
        }
        return false;
    }

    private static boolean remove(@Nullable Object[] few, Object element) {
        int at = indexOf(few, element);
        if (at < 0) {
            return false;
        }
        System.arraycopy(few, at + 1, few, at, few.length - at - 1);
        few[few.length - 1] = null;
        return true;
    }

    boolean contains(E element) {
        return content instanceof LinkedHashSet<?> set
                ? set.contains(element)
                : content instanceof Object[] few ? indexOf(few, element) >= 0 : element.equals(content);
    }

    private static int indexOf(@Nullable Object[] few, Object element) {
        for (int i = 0; i < few.length; i++) {
            if (element.equals(few[i])) {
                return i;
            }
        }
        return -1;
    }

    private static int size(@Nullable Object[] few) {
        int size = 0;
        while (size < few.length && few[size] != null) {
            size++;
        }
        return size;
    }

    boolean isEmpty() {
        return content == null
                || (content instanceof LinkedHashSet<?> set && set.isEmpty())
                || (content instanceof Object[] few && few[0] == null);
    }

    List<E> drain() {
        List<E> elements = toList();
        content = null;
        return elements;
    }

    List<E> toList() {
        return content == null
                ? List.of()
                : content instanceof LinkedHashSet<?>
                        ? new ArrayList<>(many())
                        : content instanceof Object[] few ? few(few) : List.of(only());
    }

    @SuppressWarnings("unchecked") // only elements are ever stored
    private List<E> few(@Nullable Object[] few) {
        List<E> elements = new ArrayList<>(few.length);
        for (int i = 0; i < size(few); i++) {
            elements.add((E) few[i]);
        }
        return elements;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // only elements, and arrays and sets of elements, are ever stored
    private E only() {
        return (E) content;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // as above
    private LinkedHashSet<E> many() {
        return (LinkedHashSet<E>) content;
    }
}
