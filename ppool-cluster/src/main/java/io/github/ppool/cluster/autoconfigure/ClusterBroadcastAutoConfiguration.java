package io.github.ppool.cluster.autoconfigure;

import io.github.ppool.cluster.ClusterBroadcasts;
import io.github.ppool.cluster.engine.BroadcastDesk;
import io.github.ppool.cluster.engine.NodeLease;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.DurablePools;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import tools.jackson.databind.json.JsonMapper;

/** Broadcasts to the workers of all nodes. Their payloads need one {@code JsonMapper}. */
@AutoConfiguration(after = {PpoolClusterAutoConfiguration.class, JacksonAutoConfiguration.class})
@ConditionalOnBean(NodeLease.class)
public final class ClusterBroadcastAutoConfiguration {

    /** Made by Spring. */
    public ClusterBroadcastAutoConfiguration() {}

    /** The payloads of an application with Jackson. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({JsonMapper.class, JacksonAutoConfiguration.class})
    static class WithJackson {

        @Bean
        @ConditionalOnSingleCandidate(JsonMapper.class)
        JsonBroadcastPayloads ppoolBroadcastPayloads(JsonMapper mapper) {
            return new JsonBroadcastPayloads(mapper);
        }
    }

    @Bean
    BroadcastMethods ppoolBroadcastMethods(
            ConfigurableListableBeanFactory beans,
            Environment environment,
            Pools pools,
            DurablePools names,
            ObjectProvider<BroadcastPayloads> payloads) {
        return new BroadcastMethods(
                beans, environment, pools, names, payloads.getIfAvailable(() -> BroadcastPayloads.NONE));
    }

    @Bean
    BroadcastDesk ppoolBroadcastDesk(
            LeaseStore store, NodeLease lease, ProcessSystem system, BroadcastMethods methods) {
        return new BroadcastDesk(store, lease, system.clock(), methods);
    }

    @Bean
    @ConditionalOnMissingBean(ClusterBroadcasts.class)
    CheckedBroadcasts ppoolClusterBroadcasts(
            BroadcastDesk desk, BroadcastMethods methods, ObjectProvider<BroadcastPayloads> payloads) {
        return new CheckedBroadcasts(desk, methods, payloads.getIfAvailable(() -> BroadcastPayloads.NONE));
    }

    @Bean
    BroadcastLifecycle ppoolBroadcastLifecycle(BroadcastDesk desk) {
        return new BroadcastLifecycle(desk);
    }
}
