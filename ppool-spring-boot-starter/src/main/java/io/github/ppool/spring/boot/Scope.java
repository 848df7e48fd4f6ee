package io.github.ppool.spring.boot;

/** The nodes on which a supervision tree of the application runs. */
public enum Scope {

    /** The tree runs on each node that runs the application. */
    NODE,

    /**
     * The tree runs on one node of the cluster at a time, see {@link ClusterScope}. The other nodes stand by. The
     * application needs the module {@code ppool-cluster}.
     */
    CLUSTER
}
