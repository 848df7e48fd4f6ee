package io.github.ppool.cluster.engine;

import io.github.ppool.cluster.store.NodeId;
import io.github.ppool.cluster.store.Permit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A permit that this node has acquired. */
final class Held implements HeldPermit {

    private final LeasedPermitDesk desk;
    private final Account account;
    private final NodeId node;
    private final Permit permit;
    private final AtomicBoolean released = new AtomicBoolean();
    /** True once the user has it: written before the user can release it. */
    private volatile boolean taken;
    /** The time at which it came into the account. */
    private final long sinceNanos;

    Held(LeasedPermitDesk desk, Account account, NodeId node, Permit permit, long sinceNanos) {
        this.desk = desk;
        this.account = account;
        this.node = node;
        this.permit = permit;
        this.sinceNanos = sinceNanos;
    }

    Account account() {
        return account;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    void take() {
        taken = true;
    }

    boolean isTaken() {
        return taken;
    }

    @Override
    public Permit permit() {
        return permit;
    }

    @Override
    public NodeId node() {
        return node;
    }

    @Override
    public boolean isHeld() {
        return !released.get() && desk.isHeld(node);
    }

    @Override
    public void release() {
        if (released.compareAndSet(false, true)) {
            desk.giveBack(this);
        }
    }

    @Override
    public String toString() {
        return permit + " of " + node + (released.get() ? ", released" : "");
    }
}
