package io.github.ppool.spring.boot.beans;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.autoconfigure.FailedStarts;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.format.FormatterRegistry;

/** A pool is a bean of its name. A clash with another bean, or with a name that Spring looks for, is told. */
@ExtendWith(OutputCaptureExtension.class)
class NameClashesTest {

    @ParameterizedTest
    @ValueSource(strings = {
            "messageSource", "environment", "lifecycleProcessor", "applicationEventMulticaster", "systemProperties",
            "systemEnvironment", "conversionService", "bootstrapExecutor", "applicationTaskExecutor", "taskExecutor",
            "taskScheduler", "applicationStartup", "loadTimeWeaver", "springApplicationArguments",
            "autoConfigurationReport", "localeResolver", "multipartResolver", "servletContext",
            "webServerStartStop", "ppoolPools", "factory", "transactionManager"
    })
    void a_pool_with_the_name_of_a_bean_that_there_is_or_that_spring_looks_for_is_refused(
            String name, CapturedOutput output) {
        String analysis = FailedStarts.analysis(output, Everything.class, "ppool.pools." + name + ".worker=factory",
                "ppool.pools." + name + ".size=1");
        assertThat(analysis)
                .contains("A setting of ppool can't work", "Property: ppool.pools." + name + "\n", "Origin: ",
                        "a pool is a bean of its name", "Rename the pool")
                .doesNotContain("Value:");
    }

    @Test
    void the_name_of_the_environment_is_told_with_the_class_that_is_there(CapturedOutput output) {
        assertThat(FailedStarts.analysis(output, Factory.class, "ppool.pools.environment.worker=factory"))
                .contains("there is another bean named 'environment' already, of class org.springframework");
    }

    @Test
    void another_name_of_a_bean_is_taken_too(CapturedOutput output) {
        assertThat(FailedStarts.analysis(output, WithAlias.class, "ppool.pools.letters.worker=factory"))
                .contains("Property: ppool.pools.letters\n", "there is another bean named 'letters' already",
                        "Rename the pool or the bean");
    }

    @Test
    void a_name_with_dashes_has_no_second_name_that_spring_looks_for() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
                .withUserConfiguration(Factory.class)
                .withPropertyValues("ppool.pools.message-source.worker=factory", "ppool.pools.my-pool.worker=factory")
                .run(context -> {
                    assertThat(context).hasNotFailed().hasBean("message-source").hasBean("myPool");
                    assertThat(context.getAliases("message-source")).isEmpty();
                    assertThat(context.getMessage("nothing", null, "default", java.util.Locale.ROOT))
                            .isEqualTo("default");
                });
    }

    @Test
    void the_client_of_a_spec_bean_may_not_have_such_a_name_either(CapturedOutput output) {
        assertThat(FailedStarts.analysis(output, SpecOfSpring.class))
                .contains("is to be a bean named 'messageSource', but Spring looks up the bean of that name");
    }

    @Test
    void a_library_that_asks_for_a_bean_by_the_name_of_a_pool_is_told_so(CapturedOutput output) {
        assertThat(FailedStarts.analysis(output, AsksByName.class, "ppool.pools.letters.worker=factory"))
                .contains("Property: ppool.pools.letters\n",
                        "a bean of the type org.springframework.format.FormatterRegistry is looked up by that name",
                        "Rename the pool, for example to lettersPool.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"environment", "systemProperties", "lifecycleProcessor", "springApplicationArguments",
            "smtp"})
    void a_bean_of_spring_or_a_pool_is_no_worker(String bean, CapturedOutput output) {
        assertThat(FailedStarts.analysis(output, Everything.class, "ppool.pools.smtp.worker=" + bean))
                .contains("Property: ppool.pools.smtp.worker", "Value: \"" + bean + "\"", "Origin: ",
                        "the bean '" + bean + "'", "is no WorkerFactory", "or name a bean that is a WorkerFactory");
    }

    @Test
    void a_worker_whose_name_is_nearly_that_of_a_bean_is_asked_for(CapturedOutput output) {
        assertThat(FailedStarts.analysis(output, Factory.class, "ppool.pools.smtp.worker=factorry"))
                .contains("there is no bean named 'factorry'", "Did you mean factory? ");
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(PpoolAutoConfiguration.class)
    static class Factory {
        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Everything {
        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithAlias extends Factory {
        @Bean({"mail", "letters"})
        String mail() {
            return "mail";
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class SpecOfSpring extends Factory {
        @Bean
        PoolSpec<StringBuilder> messageSourceSpec() {
            return PoolSpec.builder("letters", StringBuilder::new).build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class AsksByName extends Factory {
        @Bean
        InitializingBean asks(BeanFactory beans) {
            return () -> beans.getBean("letters", FormatterRegistry.class);
        }
    }
}
