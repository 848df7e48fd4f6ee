package io.github.ppool.cluster.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.github.ppool.cluster.Cluster;
import io.github.ppool.cluster.ClusterPermits;
import io.github.ppool.cluster.PpoolClusterDataSource;
import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.cluster.engine.LeasedPermitDesk;
import io.github.ppool.cluster.engine.NodeLease;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.cluster.store.MemoryLeaseStore;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.PoolStarts;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.time.MonotonicClock;
import java.io.PrintWriter;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;

@ExtendWith(OutputCaptureExtension.class)
class PpoolClusterAutoConfigurationTest {

    private final ApplicationContextRunner plain = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PpoolAutoConfiguration.class, PpoolClusterAutoConfiguration.class));

    private final ApplicationContextRunner runner = plain
            .withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class));

    private ApplicationContextRunner h2() {
        return runner.withPropertyValues("spring.datasource.url=" + TestDatabases.newH2Url());
    }

    private ApplicationContextRunner postgres(String prefix) {
        return runner.withPropertyValues(
                "spring.datasource.url=" + TestDatabases.postgresUrl(),
                "spring.datasource.username=postgres",
                "ppool.cluster.table-prefix=" + prefix);
    }

    private static FailureAnalysis analysis(Throwable failure) {
        return new ClusterStartFailureAnalyzer().analyze(failure);
    }

    @Test
    void an_embedded_database_needs_no_setting() {
        h2().run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(Cluster.class).hasSingleBean(LeaseStore.class);
            Cluster cluster = context.getBean(Cluster.class);
            assertThat(cluster.self().held()).isTrue();
            assertThat(cluster.nodes()).singleElement().satisfies(node -> {
                assertThat(node.self()).isTrue();
                assertThat(node.node()).endsWith(":" + ProcessHandle.current().pid());
            });
        });
    }

    @Test
    void the_end_of_the_application_gives_the_lease_back() {
        String prefix = TestDatabases.newPrefix();
        postgres(prefix).withPropertyValues("ppool.cluster.initialize-schema=always").run(context -> {
            assertThat(context.getBean(Cluster.class).nodes()).hasSize(1);
        });
        postgres(prefix).run(context -> assertThat(context.getBean(Cluster.class).nodes())
                .singleElement()
                .satisfies(node -> assertThat(node.self()).isTrue()));
    }

    @Test
    void settings_are_used() {
        h2().withPropertyValues(
                "ppool.cluster.lease=4s", "ppool.cluster.permit-rest=1s", "ppool.cluster.node-name=blue")
                .run(context -> {
                    NodeLease lease = context.getBean(NodeLease.class);
                    assertThat(lease.settings().lease()).hasSeconds(4);
                    assertThat(lease.settings().permitRest()).hasSeconds(1);
                    assertThat(context.getBean(Cluster.class).self().node()).isEqualTo("blue");
                });
    }

    @Test
    void a_pool_is_started_at_run_time_beside_settings_of_the_cluster() {
        h2().withPropertyValues("ppool.cluster.lease=4s", "ppool.cluster.node-name=blue")
                .withBean("builders", WorkerFactory.class, () -> (WorkerFactory<StringBuilder>) StringBuilder::new)
                .run(context -> {
                    var started = context.getBean(PoolStarts.class).start("fresh", Map.of("worker", "builders"));
                    assertThat(started.status().phase()).isEqualTo(PoolPhase.RUNNING);
                });
    }

    @Test
    void nothing_is_there_without_a_database() {
        plain.run(context -> assertThat(context)
                .hasNotFailed()
                .doesNotHaveBean(Cluster.class)
                .doesNotHaveBean(LeaseStore.class)
                .doesNotHaveBean(LeasedPermitDesk.class));
    }

    @Test
    void nothing_is_there_if_it_is_switched_off() {
        h2().withPropertyValues("ppool.cluster.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(LeaseStore.class));
        h2().withPropertyValues("ppool.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(LeaseStore.class));
    }

    @Test
    void a_store_of_the_application_s_own_replaces_the_database() {
        plain.withBean(LeaseStore.class, () -> new MemoryLeaseStore(MonotonicClock.system())).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(Cluster.class).nodes()).hasSize(1);
        });
    }

    @Test
    void connections_are_outside_of_the_application_s_pool() {
        postgres(TestDatabases.newPrefix())
                .withPropertyValues(
                        "ppool.cluster.initialize-schema=always",
                        "spring.datasource.hikari.maximum-pool-size=1",
                        "spring.datasource.hikari.connection-timeout=250")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    HikariDataSource pool = context.getBean(HikariDataSource.class);
                    try (Connection all = pool.getConnection()) {
                        assertThat(all.isValid(1)).isTrue();
                        Cluster cluster = context.getBean(Cluster.class);
                        assertThat(cluster.nodes()).hasSize(1);
                        assertThat(cluster.self().failures()).isZero();
                    }
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnHikari {
        @Bean(destroyMethod = "close")
        HikariDataSource dataSource() {
            HikariDataSource pool = new HikariDataSource();
            pool.setJdbcUrl(TestDatabases.newH2Url());
            pool.setUsername("sa");
            pool.setPassword("secret");
            return pool;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Embedded {
        @Bean
        DataSource dataSource() {
            return new EmbeddedDatabaseBuilder()
                    .generateUniqueName(true)
                    .setType(EmbeddedDatabaseType.H2)
                    .build();
        }
    }

    @Test
    void a_data_source_of_the_application_s_own_is_copied_without_its_pool() {
        for (Class<?> own : List.of(OwnHikari.class, Embedded.class)) {
            plain.withUserConfiguration(own).run(context -> {
                assertThat(context).hasNotFailed();
                assertThat(context.getBean(Cluster.class).nodes()).hasSize(1);
            });
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Workers {
        @Bean
        WorkerFactory<Object> workers() {
            return Object::new;
        }
    }

    @Test
    void two_applications_share_the_limit_of_a_pool() {
        String prefix = TestDatabases.newPrefix();
        ApplicationContextRunner application = postgres(prefix).withUserConfiguration(Workers.class).withPropertyValues(
                "ppool.cluster.initialize-schema=always",
                "ppool.cluster.lease=3s",
                "ppool.pools.smtp.worker=workers",
                "ppool.pools.smtp.size=5",
                "ppool.pools.smtp.cluster-limit=6");
        application.withPropertyValues("ppool.cluster.node-name=one").run(one -> {
            Pools ofOne = one.getBean(Pools.class);
            await().until(() -> ofOne.pool("smtp").orElseThrow().status().available() == 5);
            application.withPropertyValues("ppool.cluster.node-name=two").run(two -> {
                Pools ofTwo = two.getBean(Pools.class);
                await().until(() -> ofOne.pool("smtp").orElseThrow().status().available() == 3
                        && ofTwo.pool("smtp").orElseThrow().status().available() == 3);
                Cluster cluster = two.getBean(Cluster.class);
                await().until(() -> cluster.permits().get(0).wanted() == 4);
                assertThat(cluster.permits()).singleElement().satisfies(smtp -> {
                    assertThat(smtp.held()).isEqualTo(6);
                    assertThat(smtp.nodes()).extracting(ClusterPermits.Share::node).containsExactly("one", "two");
                });
            });
            await().until(() -> ofOne.pool("smtp").orElseThrow().status().available() == 5);
        });
    }

    @Test
    void a_limit_without_a_database_is_explained() {
        plain.withUserConfiguration(Workers.class)
                .withPropertyValues("ppool.pools.smtp.worker=workers", "ppool.pools.smtp.cluster-limit=6")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("ppool.pools.smtp.cluster-limit"));
    }

    /** A DataSource that does not tell its URL. */
    @Configuration(proxyBeanMethods = false)
    static class Opaque {
        private static final List<String> TAKEN = new ArrayList<>();

        private static DataSource opaque(String name, String url) {
            DataSource behind = new SimpleDriverDataSource(new org.h2.Driver(), url, "sa", "");
            return (DataSource) Proxy.newProxyInstance(
                    Opaque.class.getClassLoader(), new Class<?>[]{DataSource.class},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "getConnection" -> {
                            TAKEN.add(name);
                            yield behind.getConnection();
                        }
                        case "hashCode" -> System.identityHashCode(proxy);
                        case "equals" -> proxy == arguments[0];
                        case "toString" -> name;
                        case "isWrapperFor" -> false;
                        case "getLogWriter" -> new PrintWriter(System.out, true);
                        default -> throw new SQLException(method.getName());
                    });
        }

        @Bean
        DataSource application() {
            return opaque("application", TestDatabases.newH2Url());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Qualified {
        @Bean
        @PpoolClusterDataSource
        DataSource ofCluster() {
            return Opaque.opaque("cluster", TestDatabases.newH2Url());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Second {
        @Bean
        DataSource second() {
            return Opaque.opaque("second", TestDatabases.newH2Url());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PrimaryOne {
        @Bean
        @Primary
        DataSource primary() {
            return new SimpleDriverDataSource(new org.h2.Driver(), TestDatabases.newH2Url(), "sa", "");
        }
    }

    @Test
    void a_qualified_data_source_is_preferred() {
        Opaque.TAKEN.clear();
        plain.withUserConfiguration(Opaque.class, Qualified.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(Cluster.class).nodes()).hasSize(1);
            assertThat(Opaque.TAKEN).isNotEmpty().containsOnly("cluster");
        });
    }

    @Test
    void a_primary_data_source_is_preferred_among_several() {
        Opaque.TAKEN.clear();
        plain.withUserConfiguration(Opaque.class, PrimaryOne.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(Opaque.TAKEN).isEmpty();
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnDatabase {
        // tag::own-database[]
        @Bean(defaultCandidate = false) // that of spring.datasource stays the application's only one
        @PpoolClusterDataSource
        DataSource clusterDatabase(@Value("${cluster.url}") String url) {
            return new SimpleDriverDataSource(new org.h2.Driver(), url, "sa", "");
        }
        // end::own-database[]
    }

    @Test
    void a_database_of_the_cluster_alone_stands_beside_that_of_the_settings(CapturedOutput output) {
        String cluster = TestDatabases.newH2Url();
        h2().withUserConfiguration(OwnDatabase.class).withPropertyValues("cluster.url=" + cluster)
                .run(context -> {
                    assertThat(context).hasNotFailed().hasSingleBean(HikariDataSource.class);
                    assertThat(context.getBean(Cluster.class).nodes()).hasSize(1);
                    assertThat(tables(context.getBean(HikariDataSource.class))).isZero();
                    assertThat(tables(context.getBean("clusterDatabase", DataSource.class))).isPositive();
                });
        assertThat(output).doesNotContain("@PpoolClusterDataSource");
    }

    private static int tables(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                ResultSet found = connection.getMetaData().getTables(null, null, "PPOOL%", null)) {
            int number = 0;
            while (found.next()) {
                number++;
            }
            return number;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TheSamePool {
        @Bean
        @Primary
        @PpoolClusterDataSource
        DataSource shop() {
            return Opaque.opaque("shop", TestDatabases.newH2Url());
        }
    }

    @Test
    void the_application_s_own_pool_as_the_cluster_s_is_warned_of(CapturedOutput output) {
        plain.withUserConfiguration(TheSamePool.class, Second.class)
                .run(context -> assertThat(context).hasNotFailed());
        assertThat(output).contains(
                "the DataSource with @PpoolClusterDataSource is that of the application, too, so heartbeats wait");
    }

    @Test
    void a_data_source_that_can_t_be_copied_is_explained() {
        plain.withUserConfiguration(Opaque.class).run(context -> {
            FailureAnalysis analysis = analysis(context.getStartupFailure());
            assertThat(analysis.getDescription()).contains("can't be found");
            assertThat(analysis.getAction()).contains("@PpoolClusterDataSource");
        });
    }

    @Test
    void several_data_sources_are_explained() {
        plain.withUserConfiguration(Opaque.class, Second.class).run(context -> {
            FailureAnalysis analysis = analysis(context.getStartupFailure());
            assertThat(analysis.getDescription()).contains("2 DataSource beans").contains("can't choose");
            assertThat(analysis.getAction()).contains("@PpoolClusterDataSource");
        });
    }

    @Test
    void missing_tables_are_explained() {
        postgres(TestDatabases.newPrefix()).run(context -> {
            FailureAnalysis analysis = analysis(context.getStartupFailure());
            assertThat(analysis.getDescription()).startsWith("The tables of ppool-cluster are missing or incomplete");
            assertThat(analysis.getAction())
                    .contains("ppool.cluster.initialize-schema")
                    .contains("schema-postgresql.sql");
        });
    }

    @Test
    void a_wrong_version_is_explained() {
        String prefix = TestDatabases.newPrefix();
        TestDatabases.store(TestDatabases.postgres(), prefix);
        TestDatabases.execute(TestDatabases.postgres(), "update " + prefix + "version set version = 9");
        postgres(prefix).run(context -> {
            FailureAnalysis analysis = analysis(context.getStartupFailure());
            assertThat(analysis.getDescription())
                    .isEqualTo("The tables of ppool-cluster must have the version 1, got: 9.");
            assertThat(analysis.getAction()).contains("A newer ppool-cluster");
        });
        TestDatabases.execute(TestDatabases.postgres(), "update " + prefix + "version set version = 0");
        postgres(prefix).run(context -> assertThat(analysis(context.getStartupFailure()).getAction())
                .contains("Change the tables"));
    }

    @Test
    void wrong_settings_are_explained() {
        wrong("lease=2999ms", "The setting ppool.cluster.lease must be from 3s to 1d, got: 2999ms");
        wrong("lease=2d", "The setting ppool.cluster.lease must be from 3s to 1d, got: 172800s");
        wrong("permit-rest=-1s", "The setting ppool.cluster.permit-rest must be from 0s to 1d, got: -1s");
        wrong("node-name=" + "x".repeat(201),
                "The setting ppool.cluster.node-name must have 1 to 200 characters, got 201");
        wrong("table-prefix=a b", "The setting ppool.cluster.table-prefix must be the beginning of a table's name, of"
                + " letters, digits and _, after a schema's name and a point or without it, got: a b");
    }

    private void wrong(String setting, String description) {
        h2().withPropertyValues("ppool.cluster." + setting).run(context -> {
            FailureAnalysis analysis = analysis(context.getStartupFailure());
            assertThat(analysis).as(setting).isNotNull();
            assertThat(analysis.getDescription()).isEqualTo(description);
            assertThat(analysis.getAction()).isNotEmpty();
        });
    }

    @Test
    void an_unknown_setting_is_refused() {
        h2().withPropertyValues("ppool.cluster.leese=5s")
                .run(context -> assertThat(context.getStartupFailure()).hasStackTraceContaining("ppool.cluster.leese"));
    }

    @Test
    void a_database_that_is_away_does_not_end_the_start() {
        runner.withPropertyValues("spring.datasource.url=jdbc:postgresql://localhost:1/none",
                "spring.datasource.username=x", "spring.datasource.password=secret", "ppool.cluster.lease=3s")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    Cluster cluster = context.getBean(Cluster.class);
                    assertThat(cluster.self().held()).isFalse();
                    assertThat(cluster.self().lastFailure()).isNotNull().doesNotContain("secret");
                });
    }
}
