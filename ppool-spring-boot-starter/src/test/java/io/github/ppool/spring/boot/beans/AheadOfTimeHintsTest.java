package io.github.ppool.spring.boot.beans;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.PoolWorker;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.spring.boot.settings.PoolProperties;
import io.github.ppool.spring.boot.settings.SettingTypes;
import java.net.ConnectException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;

/** The hints that ahead-of-time processing of an application with pools writes. */
class AheadOfTimeHintsTest {

    @Test
    void a_native_image_has_what_is_only_named_in_settings_and_the_pools_are_not_written_down() throws Exception {
        InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();
        DefaultGenerationContext generation = new DefaultGenerationContext(
                new ClassNameGenerator(ClassName.get("com.example", "Application")), files);
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            TestPropertyValues.of(
                    "ppool.pools.one.worker=factory",
                    "ppool.pools.one.restart.survive-on=java.net.ConnectException",
                    "ppool.defaults.restart.crash-on=java.net.SocketException")
                    .applyTo(context);
            context.register(Application.class);
            new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
            generation.writeGeneratedContent();
        }
        RuntimeHints hints = generation.getRuntimeHints();
        assertThat(RuntimeHintsPredicates.reflection().onType(ConnectException.class)).accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onType(SocketException.class)).accepts(hints);
        assertThat(SettingTypes.all()).contains(PoolProperties.class).allSatisfy(type -> assertThat(
                RuntimeHintsPredicates.reflection().onType(type)
                        .withMemberCategories(
                                MemberCategory.INVOKE_DECLARED_METHODS, MemberCategory.ACCESS_DECLARED_FIELDS))
                .accepts(hints));
        assertThat(RuntimeHintsPredicates.proxies().forInterfaces(PoolWorker.class)).accepts(hints);
        // The settings of the machine on which the application runs decide which pools there are.
        assertThat(files.getGeneratedFiles(Kind.SOURCE).keySet()).isNotEmpty().noneMatch(
                file -> file.contains("PoolClient"));
    }

    @Configuration(proxyBeanMethods = false)
    @Import(PpoolAutoConfiguration.class)
    static class Application {
        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }
    }
}
