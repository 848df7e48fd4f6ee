package io.github.ppool.spring.boot.beans;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Pools that are declared in code, beside those in the settings. */
public class PoolSpecBeansTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class));

    @Test
    void a_specification_that_is_a_bean_is_a_pool_with_a_client() {
        runner.withUserConfiguration(ReportPools.class, Users.class).run(context -> {
            assertThat(context.getBean(Pools.class).names()).containsExactly("reports");
            assertThat(context.getBean("byType")).isEqualTo("made");
            assertThat(context.getBean("reports")).isInstanceOf(PoolClient.class);
        });
    }

    @Test
    void it_is_found_by_name_and_by_qualifier_beside_a_pool_of_the_settings_with_the_same_workers() {
        runner.withUserConfiguration(ReportPools.class, Worker.class, NamedUsers.class)
                .withPropertyValues("ppool.pools.configured.worker=factory")
                .run(context -> {
                    assertThat(context.getBean(Pools.class).names()).containsExactly("configured", "reports");
                    assertThat(context.getBean("byParameter")).isEqualTo("reports");
                    assertThat(context.getBean("byQualifier")).isEqualTo("reports");
                });
    }

    @Test
    void a_bean_whose_name_does_not_end_with_spec_has_a_client_that_is_called_so() {
        runner.withUserConfiguration(Plain.class)
                .run(context -> assertThat(context.getBean("mailClient")).isInstanceOf(PoolClient.class));
    }

    @Test
    void the_pool_of_a_bean_that_is_no_candidate_is_left_alone() {
        runner.withUserConfiguration(NoCandidate.class)
                .run(context -> assertThat(context.getBean(Pools.class).names()).isEmpty());
    }

    @Test
    void no_pool_is_started_if_ppool_is_disabled() {
        runner.withUserConfiguration(ReportPools.class)
                .withPropertyValues("ppool.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(PoolClient.class).hasBean("reportsSpec"));
    }

    @Test
    void a_pool_of_the_same_name_in_the_settings_is_refused() {
        runner.withUserConfiguration(Plain.class, Worker.class)
                .withPropertyValues("ppool.pools.letters.worker=factory")
                .run(context -> assertThat(analysis(context).getDescription()).isEqualTo(
                        "The PoolSpec bean 'mail' makes the pool 'letters', but so does ppool.pools.letters."));
    }

    @Test
    void two_beans_that_make_pools_of_the_same_name_are_refused() {
        runner.withUserConfiguration(ReportPools.class, SecondReports.class)
                .run(context -> assertThat(analysis(context).getDescription()).contains(
                        "makes the pool 'reports', but so does the PoolSpec bean 'reportsSpec'."));
    }

    @Test
    void a_bean_that_has_the_name_of_the_client_is_refused() {
        runner.withUserConfiguration(ReportPools.class, Taken.class).run(context -> {
            FailureAnalysis analysis = analysis(context);
            assertThat(analysis.getDescription()).contains("'reportsSpec' is to be a bean named 'reports'");
            assertThat(analysis.getAction()).startsWith("Rename one of the beans");
        });
    }

    public static FailureAnalysis analysis(AssertableApplicationContext context) {
        assertThat(context).hasFailed();
        Throwable failure = context.getStartupFailure();
        FailureAnalysis analysis = new InvalidPpoolBeanFailureAnalyzer().analyze(failure);
        assertThat(analysis).as("analysis of %s", failure).isNotNull();
        return analysis;
    }

    @Configuration(proxyBeanMethods = false)
    static class Worker {
        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }
    }

    // tag::pool-spec-bean[]
    @Configuration(proxyBeanMethods = false)
    static class ReportPools {
        @Bean
        PoolSpec<StringBuilder> reportsSpec() {
            return PoolSpec.builder("reports", StringBuilder::new).size(1).build();
        }
    }
    // end::pool-spec-bean[]

    @Configuration(proxyBeanMethods = false)
    static class SecondReports {
        @Bean
        PoolSpec<StringBuilder> otherSpec() {
            return PoolSpec.builder("reports", StringBuilder::new).build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Plain {
        @Bean
        PoolSpec<StringBuilder> mail() {
            return PoolSpec.builder("letters", StringBuilder::new).build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class NoCandidate {
        @Bean(autowireCandidate = false)
        PoolSpec<StringBuilder> spare() {
            return PoolSpec.builder("spare", StringBuilder::new).build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Taken {
        @Bean
        String reports() {
            return "a report";
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Users {
        @Bean
        String byType(PoolClient<StringBuilder> any) {
            return any.transactionResult(worker -> worker.append("made").toString());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class NamedUsers {
        @Bean
        String byParameter(PoolClient<StringBuilder> reports) {
            return reports.name();
        }

        @Bean
        String byQualifier(@Qualifier("reports") PoolClient<StringBuilder> any) {
            return any.name();
        }
    }
}
