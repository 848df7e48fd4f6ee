package io.github.ppool.cluster.autoconfigure;

import org.jspecify.annotations.Nullable;

/** Reports that the node can't be a part of the cluster, with a remedy. */
final class ClusterStartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    ClusterStartException(String description, String remedy, @Nullable Throwable cause) {
        super(description, cause);
        this.remedy = remedy;
    }

    String remedy() {
        return remedy;
    }
}
