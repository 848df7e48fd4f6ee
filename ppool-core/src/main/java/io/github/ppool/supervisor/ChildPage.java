package io.github.ppool.supervisor;

import java.util.List;
import java.util.OptionalLong;

/**
 * A page of successive children, and the key of the next page, see {@link Supervisor#whichChildren(long, int)}. An
 * immutable value.
 *
 * @param children the children in the order of their starts
 * @param total the number of all children at this moment, those of other pages included
 * @param next the key after which the next page begins; empty if no child follows at this moment
 */
public record ChildPage(List<ChildInfo> children, int total, OptionalLong next) {

    /** Copies the list. */
    public ChildPage {
        children = List.copyOf(children);
    }
}
