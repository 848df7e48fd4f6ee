package io.github.ppool.supervisor;

import java.util.List;
import java.util.OptionalLong;

/**
 * Some children that follow one another, and where the next ones begin: see
 * {@link Supervisor#whichChildren(long, int)}.
 *
 * @param children in the order of their starts
 * @param total how many children there are at this moment, those of other pages included
 * @param next the key after which the next page begins; empty if no child follows at this moment
 */
public record ChildPage(List<ChildInfo> children, int total, OptionalLong next) {

    /** Makes a page; the list is copied. */
    public ChildPage {
        children = List.copyOf(children);
    }
}
