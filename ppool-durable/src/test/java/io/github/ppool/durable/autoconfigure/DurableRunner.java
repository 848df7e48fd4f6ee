package io.github.ppool.durable.autoconfigure;

import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.cluster.autoconfigure.PpoolClusterAutoConfiguration;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;

/** Starts applications with durable tasks for tests. */
public final class DurableRunner {

    /** The context that was started last, which a failure's analysis looks into. */
    static final AtomicReference<ConfigurableApplicationContext> LAST = new AtomicReference<>();

    private DurableRunner() {}

    /** The worker of the pools of the tests. */
    public static final class SmtpWorker {

        /** The mails that were sent. */
        public static final List<String> SENT = java.util.Collections.synchronizedList(new ArrayList<>());

        /** Sends. */
        public void send(Object mail, String key) {
            SENT.add(mail + " " + key);
        }
    }

    /** Transactions of the database. */
    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement(proxyTargetClass = true)
    static class Transactions {
        @Bean
        PlatformTransactionManager transactionManager(DataSource source) {
            return new DataSourceTransactionManager(source);
        }
    }

    /** The workers of the pools of the tests. */
    @Configuration(proxyBeanMethods = false)
    static class Pools {
        @Bean
        WorkerFactory<SmtpWorker> smtpWorker() {
            return SmtpWorker::new;
        }
    }

    /** An application without a database. */
    public static ApplicationContextRunner withoutDatabase() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        PpoolAutoConfiguration.class,
                        JacksonAutoConfiguration.class,
                        PpoolClusterAutoConfiguration.class,
                        PpoolDurableAutoConfiguration.class,
                        DurableWithoutDatabaseAutoConfiguration.class))
                .withInitializer(LAST::set)
                .withUserConfiguration(Pools.class)
                .withPropertyValues("ppool.pools.smtp.worker=smtpWorker", "ppool.pools.smtp.size=2",
                        "ppool.cluster.lease=3s");
    }

    private static ApplicationContextRunner withDatabase() {
        return withoutDatabase().withConfiguration(AutoConfigurations.of(
                DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class))
                .withUserConfiguration(Transactions.class);
    }

    /** An application with an H2 database in memory of its own. */
    public static ApplicationContextRunner h2() {
        return withDatabase().withPropertyValues("spring.datasource.url=" + TestDatabases.newH2Url());
    }

    /** An application with a PostgreSQL and tables of its own. */
    public static ApplicationContextRunner postgres(String prefix) {
        return withDatabase().withPropertyValues(
                "spring.datasource.url=" + TestDatabases.postgresUrl(),
                "spring.datasource.username=postgres",
                "ppool.cluster.table-prefix=" + prefix,
                "ppool.cluster.initialize-schema=always",
                "ppool.durable.initialize-schema=always");
    }

    /** The analysis of a start that failed, by the analyzers of all modules. */
    public static FailureAnalysis analysis(AssertableApplicationContext context) {
        Throwable failure = context.getStartupFailure();
        if (failure == null) {
            throw new AssertionError("the application has started");
        }
        List<FailureAnalyzer> analyzers = SpringFactoriesLoader.forDefaultResourceLocation()
                .load(FailureAnalyzer.class,
                        ArgumentResolver.of(BeanFactory.class, LAST.get().getBeanFactory())
                                .and(Environment.class, LAST.get().getEnvironment()),
                        FailureHandler.handleMessage((message, optionalLibraryMissing) -> {}));
        for (FailureAnalyzer analyzer : analyzers) {
            FailureAnalysis analysis = analyzer.analyze(failure);
            if (analysis != null) {
                return analysis;
            }
        }
        throw new AssertionError("no analysis", failure);
    }
}
