package io.github.ppool.cluster.engine;

import io.github.ppool.cluster.ClusterLease;

/**
 * The lease of a loop on this node, which is also the group of its processes. So each process of the loop finds it, and
 * the node finds each process.
 */
final class SingletonLease implements ClusterLease {

    private final String name;
    private final HeldPermit permit;

    SingletonLease(String name, HeldPermit permit) {
        this.name = name;
        this.permit = permit;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long token() {
        return permit.permit().token();
    }

    @Override
    public boolean isHeld() {
        return permit.isHeld();
    }

    @Override
    public String toString() {
        return "lease of '" + name + "' with token " + token();
    }
}
