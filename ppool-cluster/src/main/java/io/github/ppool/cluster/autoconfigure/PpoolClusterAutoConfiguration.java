package io.github.ppool.cluster.autoconfigure;

import io.github.ppool.cluster.Cluster;
import io.github.ppool.cluster.PpoolClusterDataSource;
import io.github.ppool.cluster.engine.ClusterView;
import io.github.ppool.cluster.engine.LeasedPermitDesk;
import io.github.ppool.cluster.engine.NodeLease;
import io.github.ppool.cluster.engine.PoolPermits;
import io.github.ppool.cluster.engine.PoolRates;
import io.github.ppool.cluster.engine.RateDesk;
import io.github.ppool.cluster.store.JdbcLeaseStore;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.ClusterLimits;
import io.github.ppool.spring.boot.ClusterRates;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.jdbc.datasource.AbstractDriverBasedDataSource;

/**
 * Makes the application a node of a cluster: its lease, the permits of its pools, and the view of all nodes. The
 * application's database is the cluster's, unless a {@code DataSource} with {@link PpoolClusterDataSource} or a {@link
 * LeaseStore} is a bean.
 */
@AutoConfiguration(after = {DataSourceAutoConfiguration.class, PpoolAutoConfiguration.class})
@Conditional({OnPools.class, OnCluster.class, OnLeaseStore.class})
@EnableConfigurationProperties(ClusterProperties.class)
public final class PpoolClusterAutoConfiguration {

    private static final GuardedLog LOG = GuardedLog.of(PpoolClusterAutoConfiguration.class);

    /** Made by Spring. */
    public PpoolClusterAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    LeaseStore ppoolLeaseStore(
            ClusterProperties properties,
            @PpoolClusterDataSource ObjectProvider<DataSource> own,
            ObjectProvider<JdbcConnectionDetails> details,
            ObjectProvider<DataSource> ofApplication) {
        DataSource unique = ofApplication.getIfUnique();
        DataSource ofCluster = own.getIfAvailable();
        warnIfShared(ofCluster, unique);
        var connections = ClusterConnections.of(
                ofCluster,
                details.getIfAvailable(),
                unique == null ? ofApplication.stream().toList() : List.of(unique));
        try {
            return new JdbcLeaseStore(connections, properties.tablePrefix(), properties.initializeSchema());
        } catch (IllegalArgumentException wrong) {
            throw ClusterProperties.wrongPrefix(wrong);
        }
    }

    @SuppressWarnings("ReferenceEquality") // the equals of a DataSource is foreign code
    private static void warnIfShared(@Nullable DataSource ofCluster, @Nullable DataSource ofApplication) {
        // A DataSource of this class makes a connection for each call, so no statement waits for another one.
        if (ofCluster != null && ofCluster == ofApplication && !(ofCluster instanceof AbstractDriverBasedDataSource)) {
            LOG.warn("the DataSource with @PpoolClusterDataSource is that of the application, too, so heartbeats wait"
                    + " for its statements; take the annotation away, or put it on a DataSource that no other code"
                    + " uses");
        }
    }

    @Bean
    @DependsOnDatabaseInitialization
    NodeLease ppoolNodeLease(LeaseStore store, ProcessSystem system, ClusterProperties properties) {
        return new NodeLease(store, system.clock(), properties.leaseSettings());
    }

    @Bean
    LeasedPermitDesk ppoolPermitDesk(LeaseStore store, NodeLease lease, ProcessSystem system) {
        return new LeasedPermitDesk(store, lease, system.clock());
    }

    @Bean
    @ConditionalOnMissingBean(ClusterLimits.class)
    PoolPermits ppoolPoolPermits(LeasedPermitDesk desk) {
        return new PoolPermits(desk);
    }

    @Bean
    RateDesk ppoolRateDesk(LeaseStore store, NodeLease lease, ProcessSystem system) {
        return new RateDesk(store, system.clock(), lease.settings());
    }

    @Bean
    @ConditionalOnMissingBean(ClusterRates.class)
    PoolRates ppoolPoolRates(RateDesk desk) {
        return new PoolRates(desk);
    }

    @Bean
    @ConditionalOnMissingBean(Cluster.class)
    ClusterView ppoolCluster(LeaseStore store, NodeLease lease) {
        return new ClusterView(store, lease);
    }

    @Bean
    ClusterLifecycle ppoolClusterLifecycle(NodeLease lease, LeasedPermitDesk desk, RateDesk rates) {
        return new ClusterLifecycle(lease, desk, rates);
    }
}
