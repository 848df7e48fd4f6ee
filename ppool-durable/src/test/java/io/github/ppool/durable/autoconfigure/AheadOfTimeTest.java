package io.github.ppool.durable.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.cluster.autoconfigure.PpoolClusterAutoConfiguration;
import io.github.ppool.durable.PoolTask;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;

/** The hints that ahead-of-time processing of an application with durable tasks writes. */
class AheadOfTimeTest {

    record Mail(String to, List<Attachment> attachments) {}

    record Attachment(String name) {}

    static class SendMail {
        @PoolTask(pool = "smtp", name = "send-mail")
        void send(List<Mail> mails) {}
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
            PpoolAutoConfiguration.class, DataSourceAutoConfiguration.class, JacksonAutoConfiguration.class,
            PpoolClusterAutoConfiguration.class, PpoolDurableAutoConfiguration.class})
    static class Application {
        @Bean
        WorkerFactory<Object> worker() {
            return Object::new;
        }

        @Bean
        SendMail sendMail() {
            return new SendMail();
        }
    }

    @Test
    void a_native_image_knows_the_methods_and_their_payloads_and_queues_are_not_written_down() throws Exception {
        InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();
        DefaultGenerationContext generation = new DefaultGenerationContext(
                new ClassNameGenerator(ClassName.get("com.example", "Application")), files);
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            TestPropertyValues.of("ppool.pools.smtp.worker=worker",
                    "spring.datasource.url=" + TestDatabases.newH2Url()).applyTo(context);
            context.register(Application.class);
            new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
            generation.writeGeneratedContent();
        }
        RuntimeHints hints = generation.getRuntimeHints();
        assertThat(RuntimeHintsPredicates.reflection()
                .onMethodInvocation(SendMail.class.getDeclaredMethod("send", List.class))).accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onType(Mail.class)).accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onType(Attachment.class)).accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onType(PoolTask.class)).accepts(hints);
        // The methods are found again when the application runs.
        assertThat(files.getGeneratedFiles(Kind.SOURCE).keySet()).isNotEmpty()
                .noneMatch(file -> file.contains("DurableQueue__"));
    }
}
