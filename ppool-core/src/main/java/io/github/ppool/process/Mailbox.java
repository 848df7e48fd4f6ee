package io.github.ppool.process;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one process. Any thread puts, the owner takes.
 *
 * <p>States of {@code inbound}: {@code null} (nothing new), a chain of nodes with the newest first, or {@link #CLOSED}
 * (the process has ended; a put is refused). Putters push and the owner detaches the whole chain, both with
 * compare-and-set; the owner turns the chain round into its private list {@code first..last}, from which it takes in
 * order or by a predicate. As the chain is only ever detached as a whole, a node that is pushed is never taken off
 * alone and the ABA problem does not arise. The compare-and-sets order what a sender wrote before what the receiver
 * reads after.
 */
final class Mailbox implements BooleanSupplier {

    private static final VarHandle INBOUND;
    private static final Node CLOSED = new Node(new Object());

    static {
        try {
            INBOUND = MethodHandles.lookup().findVarHandle(Mailbox.class, "inbound", Node.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable Node inbound;

    // The owner's own: read and written by its thread only, but for `kept`, which others may read, late, for
    // information.
    private @Nullable Node first;
    private @Nullable Node last;
    private int kept;

    /** Any thread. False when the mailbox is closed. */
    boolean put(Object message) {
        Node node = new Node(message);
        while (true) {
            Node head = inbound;
            if (head == CLOSED) {
                return false;
            }
            node.next = head;
            node.depth = head == null ? 1 : head.depth + 1;
            if (INBOUND.compareAndSet(this, head, node)) {
                return true;
            }
        }
    }

    /** The owner: the oldest message that matches, or null; the others keep their places. */
    @Nullable
    Object take(@Nullable Predicate<Object> match) {
        return take(match, null, first);
    }

    /** The owner, after a take that found nothing: as that, but looks only at what has come since. */
    @Nullable
    Object takeNew(@Nullable Predicate<Object> match) {
        return take(match, last, null);
    }

    private @Nullable Object take(@Nullable Predicate<Object> match, @Nullable Node previous, @Nullable Node from) {
        Node before = previous;
        Node node = from;
        while (true) {
            if (node == null) {
                if (!detachInbound()) {
                    return null;
                }
                node = before == null ? first : before.next;
                continue;
            }
            if (match == null || match.test(node.message)) {
                remove(before, node);
                return node.message;
            }
            before = node;
            node = node.next;
        }
    }

    /** Any thread: whether there is a message that the owner has not looked at. What a receive waits for. */
    @Override
    public boolean getAsBoolean() {
        Node head = inbound;
        return head != null && head != CLOSED;
    }

    /** The owner: whether there is no message at all, neither a new one nor one that was looked at and kept. */
    boolean isEmpty() {
        return first == null && !getAsBoolean();
    }

    /** Any thread; a snapshot, for information. */
    int size() {
        // each node knows how many are below it: walking the chain would race with the owner, who turns it round
        Node head = inbound;
        return kept + (head == null ? 0 : head.depth);
    }

    /** Any thread: refuses all later puts and drops what the owner has not looked at. */
    void close() {
        inbound = CLOSED;
    }

    /**
     * The owner, at its end: drops what it has looked at and not taken, so that a pid that is kept does not keep it.
     */
    void clear() {
        first = null;
        last = null;
        kept = 0;
    }

    private boolean detachInbound() {
        Node chain = inbound;
        while (chain != null && chain != CLOSED && !INBOUND.compareAndSet(this, chain, null)) {
            chain = inbound;
        }
        if (chain == null || chain == CLOSED) {
            return false;
        }
        Node newest = chain;
        Node turned = null;
        int count = 0;
        while (chain != null) {
            Node older = chain.next;
            chain.next = turned;
            turned = chain;
            chain = older;
            count++;
        }
        if (last == null) {
            first = turned;
        } else {
            last.next = turned;
        }
        last = newest;
        kept += count;
        return true;
    }

    private void remove(@Nullable Node before, Node node) {
        if (before == null) {
            first = node.next;
        } else {
            before.next = node.next;
        }
        if (last == node) {
            last = before;
        }
        kept--;
    }

    private static final class Node {
        private final Object message;
        private @Nullable Node next;
        private int depth; // of the chain below and including this node, while it is inbound

        private Node(Object message) {
            this.message = message;
        }
    }
}
