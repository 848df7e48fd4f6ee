package io.github.ppool.supervisor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A list of children in the order of their addition, as a chain of blocks: adding and removing touch one block. Each
 * child gets a number when it is added, which it keeps and no other child ever has. The numbers have the order of the
 * list. So the start of a page after a number is found by the first numbers of the blocks, also after
 * additions and removals. Belongs to the supervisor's process.
 */
final class ChildList<M extends ChildList.Member> {

    private static final int SMALLEST = 4;
    private static final int CAPACITY = 256;

    private @Nullable Block first;
    private @Nullable Block last;
    /** By the number of the first child that each block ever had. Null until there is a second block. */
    private @Nullable NavigableMap<Long, Block> byNumber;
    private int size;
    private long lastNumber;

    /** The part of a child that belongs to the list: its block and its number in the order of the children. */
    abstract static class Member {
        private @Nullable Block block;
        private long number;

        /** The number that the child got when it was added. No restart changes it. */
        final long number() {
            return number;
        }
    }

    /** Successive children; never empty while it is in the chain. */
    static final class Block {
        private Member[] members = new Member[SMALLEST];
        private final long firstNumber;
        private int size;
        private @Nullable Block previous;
        private @Nullable Block next;

        private Block(long firstNumber) {
            this.firstNumber = firstNumber;
        }

        private void add(Member child) {
            if (size == members.length) {
                members = Arrays.copyOf(members, Math.min(CAPACITY, 2 * size));
            }
            members[size++] = child;
            child.block = this;
        }

        @SuppressWarnings("ReferenceEquality") // a member is itself only
        private int indexOf(Member child) {
            int index = 0;
            while (members[index] != child) {
                index++;
            }
            return index;
        }

        /** The index of the first child with a greater number; the size if there is none. */
        private int indexAfter(long number) {
            int from = 0;
            int to = size;
            while (from < to) {
                int middle = (from + to) >>> 1;
                if (members[middle].number > number) {
                    to = middle;
                } else {
                    from = middle + 1;
                }
            }
            return from;
        }

        @SuppressWarnings("NullAway") // the rest of the array is unused
        private void remove(int index) {
            size--;
            System.arraycopy(members, index + 1, members, index, size - index);
            members[size] = null;
        }
    }

    int size() {
        return size;
    }

    /** Adds a child at the end of the order. A child is added once. */
    void add(M added) {
        Member child = added; // the private fields are those of the member
        child.number = ++lastNumber;
        Block block = last;
        if (block == null || block.size == CAPACITY) {
            block = new Block(child.number);
            chain(block);
        }
        block.add(child);
        size++;
    }

    private void chain(Block block) {
        Block before = last;
        block.previous = before;
        if (before == null) {
            first = block;
        } else {
            before.next = block;
            if (byNumber == null) {
                byNumber = new TreeMap<>();
                byNumber.put(before.firstNumber, before);
            }
        }
        if (byNumber != null) {
            byNumber.put(block.firstNumber, block);
        }
        last = block;
    }

    /** Removes a child that is in the list. */
    void remove(M removed) {
        Member child = removed;
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

    private static Block blockOf(Member child) {
        return Objects.requireNonNull(child.block, "the child is not in the list");
    }

    /** Merges two blocks that run low. Half a block stays free, so that merges are rare. */
    private void join(Block block, @Nullable Block following) {
        if (following != null && block.size + following.size <= CAPACITY / 2) {
            for (int index = 0; index < following.size; index++) {
                block.add(following.members[index]);
            }
            unchain(following);
        }
    }

    private void unchain(Block block) {
        if (byNumber != null) {
            byNumber.remove(block.firstNumber);
        }
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

    List<M> all() {
        return collect(first, 0, size);
    }

    /** One child and the children after it. */
    List<M> from(M child) {
        Block block = blockOf(child);
        return collect(block, block.indexOf(child), size);
    }

    /**
     * At most {@code limit} of the children that were added after the child with the given number, even if that one is
     * gone.
     */
    List<M> after(long number, int limit) {
        Block block = blockUpTo(number);
        return block == null ? collect(first, 0, limit) : collect(block, block.indexAfter(number), limit);
    }

    /** The last block that began with this number or an earlier one; null if there is none. */
    private @Nullable Block blockUpTo(long number) {
        if (byNumber == null) {
            return first == null || first.firstNumber > number ? null : first;
        }
        Map.Entry<Long, Block> entry = byNumber.floorEntry(number);
        return entry == null ? null : entry.getValue();
    }

    /** The first child; null if there is none. */
    @SuppressWarnings("unchecked") // as collect
    @Nullable
    M first() {
        return first == null ? null : (M) first.members[0];
    }

    /** The child after one that is in the list; null if that is the last. For few children: looks through a block. */
    @SuppressWarnings("unchecked") // as collect
    @Nullable
    M next(M child) {
        Block block = blockOf(child);
        int index = block.indexOf(child) + 1;
        if (index < block.size) {
            return (M) block.members[index];
        }
        return block.next == null ? null : (M) block.next.members[0];
    }

    /** True if no child was added after the given one, which is in the list. */
    @SuppressWarnings("ReferenceEquality") // as above
    boolean isLast(M child) {
        Block block = blockOf(child);
        return block == last && block.members[block.size - 1] == child;
    }

    @SuppressWarnings("unchecked") // add takes only members of that type
    private List<M> collect(@Nullable Block start, int from, int limit) {
        List<M> result = new ArrayList<>(Math.min(limit, size));
        int index = from;
        for (Block block = start; block != null && result.size() < limit; block = block.next) {
            int end = (int) Math.min(block.size, (long) index + limit - result.size());
            result.addAll((List<M>) Arrays.asList(block.members).subList(index, end));
            index = 0;
        }
        return result;
    }
}
