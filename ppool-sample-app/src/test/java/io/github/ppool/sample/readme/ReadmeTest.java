package io.github.ppool.sample.readme;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.Task;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Service;

/** The example on the first screen of the README: its code is that of this test, and it runs. */
class ReadmeTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern SNIPPET = Pattern.compile("<!-- from (\\S+): (\\w+) -->\n```\\w+\n(.*?)\n```\n",
            Pattern.DOTALL);
    private static final Queue<String> SENT = new ConcurrentLinkedQueue<>();

    @Test
    void each_code_block_of_the_readme_is_tested() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        Matcher snippet = SNIPPET.matcher(readme);
        int found = 0;
        while (snippet.find()) {
            assertThat(snippet.group(3)).isEqualTo(region(ROOT.resolve(snippet.group(1)), snippet.group(2)));
            found++;
        }
        long codeBlocks = Pattern.compile("^```(?:java|yaml|xml)$", Pattern.MULTILINE).matcher(readme).results()
                .count();
        int files = 3; // of the application, which PastedApplicationTest runs
        assertThat(found).isEqualTo((int) codeBlocks - files).isEqualTo(1);
    }

    private static String region(Path file, String name) throws IOException {
        List<String> lines = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(file)) {
            if (line.strip().matches("(//|#) endregion " + name)) {
                return String.join("\n", lines).stripIndent();
            }
            if (inside) {
                lines.add(line);
            }
            inside |= line.strip().matches("(//|#) region " + name);
        }
        throw new AssertionError("no region " + name + " in " + file);
    }

    @Test
    void the_example_runs() throws IOException {
        PropertySource<?> yaml = new YamlPropertySourceLoader()
                .load("readme", new ClassPathResource("readme.yml")).getFirst();
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
                .withInitializer(context -> context.getEnvironment().getPropertySources().addFirst(yaml))
                .withUserConfiguration(Application.class)
                .run(context -> {
                    Mail mail = context.getBean(Mail.class);
                    mail.now("one");
                    mail.later("two").result().toCompletableFuture().get(50, TimeUnit.SECONDS);
                    assertThat(mail.ifFree("three")).isTrue();
                });
        assertThat(SENT).containsExactly("one", "two", "three");
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Mail.class)
    static class Application {
        @Bean
        @Scope("prototype")
        SmtpWorker smtpWorker() {
            return new SmtpWorker();
        }
    }

    /** Stands for a connection. */
    static class SmtpWorker {
        void send(String text) throws IOException {
            if (text.isEmpty()) {
                throw new IOException("nothing to send");
            }
            SENT.add(text);
        }
    }

    // region mail
    @Service
    static class Mail {
        private final PoolClient<SmtpWorker> smtp; // the pool `smtp` of application.yml

        Mail(PoolClient<SmtpWorker> smtp) {
            this.smtp = smtp;
        }

        void now(String text) throws IOException {
            smtp.transaction(worker -> worker.send(text)); // borrows a worker, and gives it back
        }

        Task<?> later(String text) {
            return smtp.asyncQueue(worker -> worker.send(text)); // a worker does it on its own thread
        }

        boolean ifFree(String text) {
            return smtp.run(worker -> worker.send(text)).isPresent(); // only if a worker is free now
        }
    }
    // endregion mail
}
