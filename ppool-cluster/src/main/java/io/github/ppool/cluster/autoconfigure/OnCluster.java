package io.github.ppool.cluster.autoconfigure;

import io.github.ppool.spring.boot.settings.SwitchCondition;

/** Matches unless {@code ppool.cluster.enabled} is false. */
class OnCluster extends SwitchCondition {

    OnCluster() {
        super("ppool.cluster.enabled");
    }
}
