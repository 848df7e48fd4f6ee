package io.github.ppool.cluster.autoconfigure;

import io.github.ppool.cluster.Cluster;
import io.github.ppool.cluster.engine.BroadcastSender;
import io.github.ppool.cluster.engine.ClusterConsole;
import io.github.ppool.cluster.engine.LeasedPermitDesk;
import io.github.ppool.cluster.engine.NodeLease;
import io.github.ppool.cluster.engine.Singletons;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.ClusterOperations;
import io.github.ppool.spring.boot.ClusterScope;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The loops of the cluster, and the cluster as the endpoint of the starter shows it. */
@AutoConfiguration(after = {PpoolClusterAutoConfiguration.class, ClusterBroadcastAutoConfiguration.class})
@ConditionalOnBean(NodeLease.class)
public final class ClusterScopeAutoConfiguration {

    /** Made by Spring. */
    public ClusterScopeAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(ClusterScope.class)
    Singletons ppoolSingletons(LeasedPermitDesk desk, ProcessSystem system, NodeLease lease) {
        return new Singletons(desk, system, lease.settings().lease(), Singletons.REST);
    }

    @Bean
    @ConditionalOnMissingBean(ClusterOperations.class)
    ClusterConsole ppoolClusterConsole(Cluster cluster, ObjectProvider<BroadcastSender> broadcasts) {
        return new ClusterConsole(cluster, broadcasts.getIfAvailable());
    }
}
