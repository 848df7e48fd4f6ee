package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.ClusterOperations;
import io.github.ppool.spring.boot.DurableOperations;
import io.github.ppool.spring.boot.HistoryMode;
import io.github.ppool.spring.boot.PoolStarts;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.spring.boot.observe.History;
import io.github.ppool.spring.boot.observe.Journal;
import io.github.ppool.spring.boot.observe.Observer;
import io.github.ppool.spring.boot.observe.PoolJournal;
import io.github.ppool.spring.boot.observe.TreeJournal;
import io.github.ppool.spring.boot.observe.WaitMeter;
import io.github.ppool.spring.boot.settings.PoolNames;
import io.github.ppool.spring.boot.settings.PpoolProperties;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;

/** The endpoint {@code ppool}, in an application with Spring Boot's actuator. */
@AutoConfiguration(after = PpoolAutoConfiguration.class)
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnAvailableEndpoint(PoolEndpoint.class)
@ConditionalOnBean(Pools.class)
@EnableConfigurationProperties(PpoolEndpointProperties.class)
@ImportRuntimeHints(AnswerHints.class)
public final class PpoolEndpointAutoConfiguration {

    /** Made by Spring. */
    public PpoolEndpointAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    Journal ppoolJournal(ProcessSystem system, PpoolEndpointProperties properties) {
        return new Journal(system.clock(), InstantSource.system(), properties.showValues() != Show.NEVER);
    }

    @Bean
    PoolJournal ppoolPoolJournal(Journal journal, WaitMeter waits) {
        return new PoolJournal(journal, waits);
    }

    @Bean
    TreeJournal ppoolTreeJournal(Journal journal) {
        return new TreeJournal(journal);
    }

    @Bean
    WaitMeter ppoolWaitMeter() {
        return new WaitMeter();
    }

    @Bean
    History ppoolHistory(
            ObjectProvider<Pools> pools, ProcessSystem system, WaitMeter waits, Journal journal,
            ObjectProvider<PpoolProperties> settings) {
        return new History(pools::getObject, system.clock(), waits, journal, historyMode(settings.getIfUnique()));
    }

    @Bean
    @ConditionalOnMissingBean
    Observer ppoolObserver(
            Pools pools,
            ObjectProvider<SupervisionTrees> trees,
            ObjectProvider<ClusterOperations> cluster,
            ObjectProvider<DurableOperations> durable,
            Journal journal,
            History history,
            ObjectProvider<PpoolProperties> settings,
            Environment environment) {
        return new Observer(environment.getProperty("spring.application.name", "application"), pools, trees, cluster,
                durable, journal, history, () -> configured(settings.getIfUnique(), pools.names()));
    }

    @Bean
    @ConditionalOnMissingBean
    PoolEndpoint ppoolEndpoint(
            Pools pools,
            ObjectProvider<SupervisionTrees> trees,
            ObjectProvider<PoolStarts> starts,
            ObjectProvider<ClusterOperations> cluster,
            ObjectProvider<DurableOperations> durable,
            PpoolEndpointProperties properties,
            Observer observer,
            ObjectProvider<EndpointAccessResolver> access,
            ApplicationEventPublisher events) {
        return new PoolEndpoint(pools, trees, starts, cluster, durable, properties, observer,
                access, events);
    }

    /** The pools of the settings, each as the running pool spells its name: a variable of the environment can't. */
    private static Set<String> configured(@Nullable PpoolProperties settings, Set<String> running) {
        if (settings == null) {
            return Set.of();
        }
        Set<String> names = new LinkedHashSet<>();
        for (String name : PoolNames.distinct(settings.getPools()).keySet()) {
            String spelled = running.contains(name) ? name : PoolNames.spelledIn(running, name);
            names.add(spelled == null ? name : spelled);
        }
        return names;
    }

    private static HistoryMode historyMode(@Nullable PpoolProperties settings) {
        return settings == null ? HistoryMode.WHILE_OBSERVED : settings.getHistory();
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(PoolEndpoint.class)
    @ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
    PoolEndpointWebExtension ppoolEndpointWebExtension(PoolEndpoint endpoint, PpoolEndpointProperties properties) {
        return new PoolEndpointWebExtension(endpoint, properties);
    }
}
