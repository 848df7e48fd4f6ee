package io.github.ppool.process;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one process. Any thread puts, the owner takes.
 *
 * <p>States of {@code inbound}: {@code null} (nothing new), a chain of nodes with the newest first, or {@link #CLOSED} (the
 * process has ended; a put is refused). Putters push and the owner detaches the whole chain, both with
 * compare-and-set; the owner turns the chain round into its private list {@code first..last}, from which it takes in order or by a predicate. As the chain is
 * only ever detached as a whole, a node that is pushed is never taken off alone and the ABA problem does not arise. The
 * compare-and-sets order what a sender wrote before what the receiver reads after.
 */
final class Mailbox {

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

    // The owner's own: read and written by its thread only, but for `kept`, which others may read, late, for information.
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
            if (INBOUND.compareAndSet(this, head, node)) {
                return true;
            }
        }
    }

    /** The owner: the oldest message that matches, or null; the others keep their places. */
    @Nullable
    Object take(@Nullable Predicate<Object> match) {
        Node before = null;
        Node node = first;
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

    /** Any thread: whether there is a message that the owner has not looked at. */
    boolean hasUnseen() {
        Node head = inbound;
        return head != null && head != CLOSED;
    }

    /** Any thread; a snapshot, for information. */
    int size() {
        int size = kept;
        for (Node node = inbound; node != null && node != CLOSED; node = node.next) {
            size++;
        }
        return size;
    }

    /** Any thread: refuses all later puts and drops what nobody has looked at. */
    void close() {
        inbound = CLOSED;
    }

    /** The owner, as its last act: nobody will take what is left, and the pid may be held for long. */
    void forget() {
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

        private Node(Object message) {
            this.message = message;
        }
    }
}
