package io.github.ppool.process;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one process. Any thread puts; the owner takes.
 *
 * <p>States of {@code inbound}: {@code null} (no new message), a chain of nodes with the newest first, or {@link
 * #CLOSED} (the process has ended; a put is refused). A putting thread pushes a node, and the owner detaches the whole
 * chain, both with compare-and-set. The owner reverses the chain into its private list {@code first..last}, from which
 * it takes in order or by a predicate. The chain is only ever detached as a whole, so no pushed node is removed alone
 * and the ABA problem does not arise. The compare-and-sets order the sender's writes before the receiver's reads.
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

    // Read and written by the owner's thread only. Other threads may read `kept`, with a delay, for information.
    private @Nullable Node first;
    private @Nullable Node last;
    private int kept;

    /** Any thread. False if the mailbox is closed. */
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

    /** Called by the owner. Returns the oldest message that matches, or null; the others keep their places. */
    @Nullable
    Object take(@Nullable Predicate<Object> match) {
        return take(match, null, first);
    }

    /** Called by the owner after a take without a result. As {@link #take}, but looks only at newer messages. */
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

    /** Any thread. True if there is a message that the owner has not looked at: the condition of a receive. */
    @Override
    public boolean getAsBoolean() {
        Node head = inbound;
        return head != null && head != CLOSED;
    }

    /**
     * Called by the owner. True if there is no message at all, neither a new one nor one that a selective receive kept.
     */
    boolean isEmpty() {
        return first == null && !getAsBoolean();
    }

    /** Any thread. A snapshot, for information. */
    int size() {
        // each node counts the nodes below it; a walk would race with the owner, which reverses the chain
        Node head = inbound;
        return kept + (head == null ? 0 : head.depth);
    }

    /** Any thread. Refuses all later puts and drops the messages that the owner has not looked at. */
    void close() {
        inbound = CLOSED;
    }

    /** Called by the owner at its end. Drops the kept messages, so that a pid does not keep them in memory. */
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
        private int depth; // the length of the chain below and including this node, while it is inbound

        private Node(Object message) {
            this.message = message;
        }
    }
}
