package io.github.ppool.spring.boot.endpoint;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A list that makes each element once, when the element is read. An answer is written element by element, so its first
 * children are sent before the process of the last child is inspected. Not for use by several threads.
 */
final class ChildrenAsTheyAreAsked<T, R extends Object> extends AbstractList<R> implements RandomAccess {

    private final List<T> children;
    private final Function<T, R> ask;
    /** The elements that were read; null for all others. */
    private final @Nullable Object[] asked;

    /**
     * Makes a list without making an element.
     *
     * @param children the sources of the elements
     * @param ask makes an element from its source; must not return null
     */
    ChildrenAsTheyAreAsked(List<T> children, Function<T, R> ask) {
        this.children = children;
        this.ask = ask;
        this.asked = new Object[children.size()];
    }

    @Override
    @SuppressWarnings("unchecked") // the array holds only results of ask
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
