package io.github.ppool.spring.boot.endpoint;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A list whose elements are made when they are read, each of them once. An answer is written element by element, so its
 * first children are on their way before the process of the last one has been looked at. For one thread at a time.
 */
final class ChildrenAsTheyAreAsked<T, R extends Object> extends AbstractList<R> implements RandomAccess {

    private final List<T> children;
    private final Function<T, R> ask;
    /** Null where it was not asked for yet. */
    private final @Nullable Object[] asked;

    /**
     * Asks nothing yet.
     *
     * @param children what the elements are made of
     * @param ask makes one of them, not null
     */
    ChildrenAsTheyAreAsked(List<T> children, Function<T, R> ask) {
        this.children = children;
        this.ask = ask;
        this.asked = new Object[children.size()];
    }

    @Override
    @SuppressWarnings("unchecked") // nothing else is put into the array
    public R get(int index) {
        Object known = asked[index];
        if (known == null) {
            known = ask.apply(children.get(index));
            asked[index] = known;
        }
        return (R) known;
    }

    @Override
    public int size() {
        return asked.length;
    }
}
