package io.github.ppool.supervisor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Children in the order in which they were added, in a chain of blocks: adding and removing touch one block, and skipping a
 * million children on the way to a page is a few thousand steps from block to block. Belongs to the supervisor's process.
 */
final class ChildList {

    private static final int SMALLEST = 4;
    private static final int CAPACITY = 256;

    private @Nullable Block first;
    private @Nullable Block last;
    private int size;

    /** Some children that follow one another; never empty while it is in the chain. */
    static final class Block {
        private Child[] members = new Child[SMALLEST];
        private int size;
        private @Nullable Block previous;
        private @Nullable Block next;

        private void add(Child child) {
            if (size == members.length) {
                members = Arrays.copyOf(members, Math.min(CAPACITY, 2 * size));
            }
            members[size++] = child;
            child.block = this;
        }

        private int indexOf(Child child) {
            int index = 0;
            while (members[index] != child) {
                index++;
            }
            return index;
        }

        @SuppressWarnings("NullAway") // what lies beyond `size` is nobody's
        private void remove(int index) {
            size--;
            System.arraycopy(members, index + 1, members, index, size - index);
            members[size] = null;
        }
    }

    int size() {
        return size;
    }

    /** At the end of the order. */
    void add(Child child) {
        Block block = last;
        if (block == null || block.size == CAPACITY) {
            block = new Block();
            block.previous = last;
            if (last == null) {
                first = block;
            } else {
                last.next = block;
            }
            last = block;
        }
        block.add(child);
        size++;
    }

    /** A child that is there. */
    void remove(Child child) {
        Block block = blockOf(child);
        block.remove(block.indexOf(child));
        child.block = null;
        size--;
        if (block.size == 0) {
            unchain(block);
        } else {
            join(block, block.next);
            if (block.previous != null) {
                join(block.previous, block);
            }
        }
    }

    private static Block blockOf(Child child) {
        return Objects.requireNonNull(child.block, "the child is not in the list");
    }

    /** Keeps the chain short when blocks run low; half a block of room stays, so that this does not happen at every turn. */
    private void join(Block block, @Nullable Block following) {
        if (following != null && block.size + following.size <= CAPACITY / 2) {
            for (int index = 0; index < following.size; index++) {
                block.add(following.members[index]);
            }
            unchain(following);
        }
    }

    private void unchain(Block block) {
        if (block.previous == null) {
            first = block.next;
        } else {
            block.previous.next = block.next;
        }
        if (block.next == null) {
            last = block.previous;
        } else {
            block.next.previous = block.previous;
        }
    }

    List<Child> all() {
        return collect(first, 0, size);
    }

    /** One child and those after it. */
    List<Child> from(Child child) {
        Block block = blockOf(child);
        return collect(block, block.indexOf(child), size);
    }

    /** At most so many, after the first so many. */
    List<Child> page(int skip, int limit) {
        Block block = first;
        int toSkip = skip;
        while (block != null && toSkip >= block.size) {
            toSkip -= block.size;
            block = block.next;
        }
        return collect(block, toSkip, limit);
    }

    private List<Child> collect(@Nullable Block start, int from, int limit) {
        List<Child> result = new ArrayList<>(Math.min(limit, size));
        int index = from;
        for (Block block = start; block != null && result.size() < limit; block = block.next) {
            int end = (int) Math.min(block.size, (long) index + limit - result.size());
            result.addAll(Arrays.asList(block.members).subList(index, end));
            index = 0;
        }
        return result;
    }
}
