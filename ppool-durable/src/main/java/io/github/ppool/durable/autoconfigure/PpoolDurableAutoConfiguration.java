package io.github.ppool.durable.autoconfigure;

import io.github.ppool.cluster.PpoolClusterDataSource;
import io.github.ppool.cluster.autoconfigure.ClusterConnections;
import io.github.ppool.cluster.autoconfigure.PpoolClusterAutoConfiguration;
import io.github.ppool.cluster.engine.NodeLease;
import io.github.ppool.cluster.store.ConnectionSource;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.cluster.store.LeaseTables;
import io.github.ppool.durable.DurableClock;
import io.github.ppool.durable.DurableQueues;
import io.github.ppool.durable.DurableTaskAdmin;
import io.github.ppool.durable.PayloadUpgrade;
import io.github.ppool.durable.beans.DurableQueueRegistrar;
import io.github.ppool.durable.beans.DurableStartException;
import io.github.ppool.durable.beans.JsonPayloads;
import io.github.ppool.durable.beans.StoreTaskAdmin;
import io.github.ppool.durable.beans.StoredQueues;
import io.github.ppool.durable.beans.TaskHandlers;
import io.github.ppool.durable.beans.TaskHints;
import io.github.ppool.durable.beans.TransactionalPools;
import io.github.ppool.durable.beans.Wakes;
import io.github.ppool.durable.engine.AttemptHook;
import io.github.ppool.durable.engine.DurableEngine;
import io.github.ppool.durable.store.JdbcTaskStore;
import io.github.ppool.durable.store.TaskStore;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.DurablePools;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.json.JsonMapper;

/**
 * Durable tasks in the application's database: the queues that hand them over, and the engine that runs them. Needs a
 * {@code DataSource} and the lease of ppool-cluster.
 */
@AutoConfiguration(after = {
        DataSourceAutoConfiguration.class,
        JacksonAutoConfiguration.class,
        PpoolClusterAutoConfiguration.class})
@Conditional({OnPools.class, OnDurable.class})
@ConditionalOnBean({DataSource.class, NodeLease.class})
@EnableConfigurationProperties(DurableProperties.class)
public final class PpoolDurableAutoConfiguration {

    /** Made by Spring. */
    public PpoolDurableAutoConfiguration() {}

    @Bean
    static DurableQueueRegistrar ppoolDurableQueueRegistrar(Environment environment) {
        return new DurableQueueRegistrar(environment);
    }

    @Bean
    TransactionalPools ppoolTransactionalPools(DurableQueueRegistrar registrar, Environment environment) {
        return new TransactionalPools(registrar, environment);
    }

    @Bean
    static TaskHints ppoolTaskHints(DurableQueueRegistrar registrar) {
        return new TaskHints(registrar);
    }

    @Bean
    @ConditionalOnMissingBean
    JsonPayloads ppoolJsonPayloads(ObjectProvider<JsonMapper> mappers, DurableProperties properties) {
        JsonMapper mapper = mappers.getIfUnique();
        if (mapper == null) {
            boolean none = mappers.stream().findAny().isEmpty();
            throw new DurableStartException(
                    none
                            ? "ppool-durable writes payloads with Jackson, and there is no JsonMapper bean."
                            : "ppool-durable writes payloads with Jackson, and there are several JsonMapper beans, of"
                                    + " which none is the primary one.",
                    none
                            ? "Don't exclude JacksonAutoConfiguration, or declare a JsonMapper bean."
                            : "Mark one of them with @Primary.",
                    null);
        }
        return new JsonPayloads(mapper, properties.checkedLongestPayload());
    }

    @Bean
    @ConditionalOnMissingBean
    TaskStore ppoolTaskStore(
            DurableProperties properties,
            ConfigurableListableBeanFactory beans,
            ObjectProvider<DataSource> all,
            ObjectProvider<DurableClock> clock,
            Environment environment) {
        return store(ApplicationDataSource.of(beans, all), properties, clock, environment);
    }

    @Bean
    OwnStore ppoolOwnTaskStore(
            TaskStore application,
            DurableProperties properties,
            ConfigurableListableBeanFactory beans,
            ObjectProvider<DataSource> all,
            @PpoolClusterDataSource ObjectProvider<DataSource> ofCluster,
            ObjectProvider<JdbcConnectionDetails> details,
            NodeLease lease,
            ObjectProvider<DurableClock> clock,
            Environment environment) {
        if (!(application instanceof JdbcTaskStore)) {
            return new OwnStore(application, null);
        }
        KeptConnections connections = new KeptConnections(
                connections(
                        ApplicationDataSource.of(beans, all), ofCluster.getIfAvailable(), details.getIfAvailable()),
                lease.settings().lease());
        return new OwnStore(store(connections, properties, clock, environment), connections);
    }

    /**
     * Connections to the application's database. The cluster's may be to another one, and count only if the
     * application's can't be copied.
     */
    private static ConnectionSource connections(
            DataSource application, @Nullable DataSource ofCluster, @Nullable JdbcConnectionDetails details) {
        try {
            return ClusterConnections.of(null, details, List.of(application));
        } catch (RuntimeException notCopied) {
            if (ofCluster == null) {
                throw notCopied;
            }
            return timeout -> ofCluster.getConnection();
        }
    }

    private static JdbcTaskStore store(
            DataSource connections,
            DurableProperties properties,
            ObjectProvider<DurableClock> clock,
            Environment environment) {
        String prefix = Binder.get(environment).bind("ppool.cluster.table-prefix", String.class)
                .orElse(LeaseTables.PREFIX);
        DurableClock replaced = clock.getIfAvailable();
        Supplier<Instant> times = replaced == null ? null : replaced::now;
        return new JdbcTaskStore(connections, prefix, properties.initializeSchema(), times,
                properties.engineSettings().history().isPositive());
    }

    @Bean
    TaskHandlers ppoolTaskHandlers(
            DurableQueueRegistrar registrar,
            ObjectProvider<PayloadUpgrade> upgrades,
            JsonPayloads payloads,
            DurablePools pools,
            ConfigurableListableBeanFactory beans) {
        return new TaskHandlers(registrar, upgrades.orderedStream().toList(), payloads, pools, beans);
    }

    @Bean
    DurableEngine ppoolDurableEngine(
            OwnStore own,
            TaskStore application,
            NodeLease lease,
            LeaseStore leases,
            ObjectProvider<Pools> pools,
            TaskHandlers handlers,
            DurablePools settings,
            DurableProperties properties,
            TransactionsOfApplication transactions,
            ObjectProvider<AttemptHook> hook,
            ProcessSystem system,
            JsonPayloads codec) {
        return new DurableEngine(
                own.store(),
                application,
                lease,
                leases,
                name -> pools.getObject().pool(name),
                handlers.list(),
                name -> PoolSettings.of(settings.settings(name)),
                properties.engineSettings(),
                transactions.of(handlers),
                hook.getIfAvailable(() -> AttemptHook.NONE),
                system.clock(),
                codec);
    }

    @Bean
    TransactionsOfApplication ppoolTransactions(
            ObjectProvider<PlatformTransactionManager> managers,
            ConfigurableListableBeanFactory beans,
            ObjectProvider<DataSource> all) {
        return new TransactionsOfApplication(managers, ApplicationDataSource.of(beans, all));
    }

    @Bean
    Wakes ppoolWakes(ObjectProvider<DurableEngine> engine) {
        return new Wakes(engine::getIfAvailable);
    }

    @Bean
    @ConditionalOnMissingBean(DurableQueues.class)
    StoredQueues ppoolDurableQueues(
            DurableQueueRegistrar registrar,
            TaskStore store,
            JsonPayloads payloads,
            Wakes wakes,
            ObjectProvider<AttemptHook> hook,
            DurablePools pools,
            DurableProperties properties,
            ObjectProvider<DurableClock> clock) {
        DurableClock replaced = clock.getIfAvailable();
        return new StoredQueues(
                registrar,
                store,
                payloads,
                wakes,
                hook.getIfAvailable(() -> AttemptHook.NONE),
                pools,
                properties.engineSettings().ageing(),
                replaced == null ? Instant::now : replaced::now);
    }

    @Bean
    @ConditionalOnMissingBean(DurableTaskAdmin.class)
    StoreTaskAdmin ppoolDurableTaskAdmin(TaskStore store, Wakes wakes) {
        return new StoreTaskAdmin(store, wakes);
    }

    @Bean
    DurableTables ppoolDurableTables(
            OwnStore own, ConfigurableListableBeanFactory beans, ObjectProvider<DataSource> all) {
        return new DurableTables(own, ApplicationDataSource.of(beans, all));
    }

    @Bean
    DurableLifecycle ppoolDurableLifecycle(
            DurableEngine engine, DurableProperties properties, Environment environment) {
        return new DurableLifecycle(engine, properties.run(), phaseTimeout(environment));
    }

    private static Duration phaseTimeout(Environment environment) {
        return Binder.get(environment)
                .bind("spring.lifecycle.timeout-per-shutdown-phase", Duration.class)
                .orElseGet(() -> new LifecycleProperties().getTimeoutPerShutdownPhase());
    }
}
