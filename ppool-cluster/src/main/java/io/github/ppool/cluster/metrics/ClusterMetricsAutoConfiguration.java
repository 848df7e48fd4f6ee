package io.github.ppool.cluster.metrics;

import io.github.ppool.cluster.engine.BroadcastDesk;
import io.github.ppool.cluster.engine.LeasedPermitDesk;
import io.github.ppool.cluster.engine.NodeLease;
import io.github.ppool.cluster.engine.RateDesk;
import io.github.ppool.cluster.engine.Singletons;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The meters of this node in the cluster, in an application with a Micrometer registry. */
@AutoConfiguration(afterName = {
        "io.github.ppool.cluster.autoconfigure.ClusterScopeAutoConfiguration",
        "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
        "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
        "org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration"
})
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({Singletons.class, BroadcastDesk.class, MeterRegistry.class})
public final class ClusterMetricsAutoConfiguration {

    /** Made by Spring. */
    public ClusterMetricsAutoConfiguration() {}

    @Bean(initMethod = "follow")
    @ConditionalOnMissingBean
    ClusterMetrics ppoolClusterMetrics(
            MeterRegistry registry, NodeLease lease, LeasedPermitDesk desk, RateDesk rates,
            Singletons singletons, BroadcastDesk broadcasts) {
        return new ClusterMetrics(registry, lease, desk, rates, singletons, broadcasts);
    }
}
