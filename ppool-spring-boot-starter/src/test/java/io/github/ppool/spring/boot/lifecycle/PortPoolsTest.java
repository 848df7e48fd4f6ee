package io.github.ppool.spring.boot.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.Pools;
import io.github.ppool.port.Port;
import io.github.ppool.port.PortFactory;
import io.github.ppool.spring.boot.PoolStarts;
import io.github.ppool.spring.boot.autoconfigure.FailedStarts;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;

/** Pools of the settings with processes of the operating system as workers. */
@ExtendWith(OutputCaptureExtension.class)
class PortPoolsTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class));

    @BeforeAll
    static void programs() throws InterruptedException {
        try {
            Process shell = new ProcessBuilder("sh", "-c", "cat < /dev/null").start();
            Assumptions.assumeTrue(shell.waitFor(30, TimeUnit.SECONDS) && shell.exitValue() == 0,
                    "these tests need the programs sh and cat, which do not run here");
        } catch (IOException missing) {
            Assumptions.abort("these tests need the programs sh and cat, which are not here");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Client {
        @Bean
        Asking asking(PoolClient<Port> port) {
            return new Asking(port);
        }
    }

    record Asking(PoolClient<Port> pool) {
        String ask(String request) throws IOException {
            return pool.transactionResult(port -> port.request(request));
        }
    }

    @Test
    void a_command_makes_a_pool_that_is_injected_by_the_type_of_its_workers() {
        runner.withUserConfiguration(Client.class)
                .withPropertyValues("ppool.pools.echo.command=cat", "ppool.pools.echo.size=2")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    String answer = context.getBean(Asking.class).ask("hello");
                    assertThat(answer).isEqualTo("hello");
                    assertThat(context.getBean("echo")).isInstanceOf(PoolClient.class);
                });
    }

    @Test
    void all_settings_reach_the_program() {
        runner.withUserConfiguration(Client.class)
                .withPropertyValues("ppool.pools.shell.command[0]=sh", "ppool.pools.shell.command[1]=-c",
                        "ppool.pools.shell.command[2]="
                                + "while read x; do echo \"[\\\"$(pwd)\\\",\\\"$MY_NAME\\\"]\"; done",
                        "ppool.pools.shell.protocol=json-lines", "ppool.pools.shell.request-timeout=20s",
                        "ppool.pools.shell.directory=/", "ppool.pools.shell.environment=PATH,MY_NAME=a=b",
                        "ppool.pools.shell.max-message=64KB", "ppool.pools.shell.replace-after-requests=1",
                        "ppool.pools.shell.replace-above-memory=1GB", "ppool.pools.shell.exit-grace=1s",
                        "ppool.pools.shell.size=1", "ppool.pools.shell.max-overflow=0")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    Asking asking = context.getBean(Asking.class);
                    assertThat(asking.ask("1")).isEqualTo("[\"/\",\"a=b\"]");
                    long first = asking.pool().transactionResult(Port::pid);
                    assertThat(asking.ask("2")).isNotEmpty();
                    long second = asking.pool().transactionResult(Port::pid);
                    assertThat(second).isNotEqualTo(first);
                    assertThatIllegalArgumentException().isThrownBy(() -> asking.ask("no json"))
                            .withMessageContaining("message must be one JSON value");
                    assertThatIllegalArgumentException().isThrownBy(() -> asking.ask("1".repeat(65_537)))
                            .withMessageContaining("max-message (65536)");
                });
    }

    @Test
    void the_defaults_are_for_all_processes_and_change_no_other_pool() {
        runner.withUserConfiguration(Client.class, Beans.class)
                .withPropertyValues("ppool.defaults.protocol=json-lines", "ppool.pools.port.command=cat",
                        "ppool.pools.ports.worker=programs")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThatIllegalArgumentException().isThrownBy(() -> context.getBean(Asking.class).ask("text"))
                            .withMessageContaining("message must be one JSON value");
                    PoolClient<Port> byBean = client(context.getBean("ports"));
                    String answer = byBean.transactionResult(port -> port.request("text"));
                    assertThat(answer).isEqualTo("text");
                });
    }

    @SuppressWarnings("unchecked") // as it is declared
    private static PoolClient<Port> client(Object bean) {
        return (PoolClient<Port>) bean;
    }

    @Configuration(proxyBeanMethods = false)
    static class Beans {
        @Bean
        PortFactory programs() {
            return PortFactory.builder("cat").build();
        }
    }

    @Test
    void the_defaults_of_the_settings_are_those_of_the_factory() throws IOException {
        String metadata = new ClassPathResource("META-INF/spring-configuration-metadata.json")
                .getContentAsString(StandardCharsets.UTF_8);
        Map<String, String> defaults = Map.of(
                "request-timeout", PortFactory.DEFAULT_REQUEST_TIMEOUT.toSeconds() + "s",
                "exit-grace", PortFactory.DEFAULT_EXIT_GRACE.toSeconds() + "s",
                "max-message", PortFactory.DEFAULT_MAX_MESSAGE / (1024 * 1024) + "MB",
                "protocol", "lines");
        defaults.forEach((name, value) -> assertThat(JsonPath.<List<Object>>read(metadata,
                "$.properties[?(@.name == 'ppool.defaults." + name + "')].defaultValue")).containsExactly(value));
    }

    @Test
    void the_end_of_the_context_is_the_end_of_the_programs() {
        long[] pid = new long[1];
        runner.withUserConfiguration(Client.class).withPropertyValues("ppool.pools.echo.command=cat").run(context -> {
            pid[0] = context.getBean(Asking.class).pool().transactionResult(Port::pid);
            assertThat(ProcessHandle.of(pid[0])).isPresent();
        });
        assertThat(ProcessHandle.of(pid[0]).filter(ProcessHandle::isAlive)).isEmpty();
    }

    // ---- settings that can't work

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(PpoolAutoConfiguration.class)
    static class Application {
        @Bean
        PortFactory programs() {
            return PortFactory.builder("cat").build();
        }
    }

    @Test
    void settings_that_can_not_work_are_told_all_at_once_without_secrets(CapturedOutput output) {
        String analysis = FailedStarts.analysis(output, Application.class,
                "ppool.defaults.command=cat", "ppool.defaults.max-message=0B",
                "ppool.pools.blank.command[0]=", "ppool.pools.blank.command[1]=s3cret",
                "ppool.pools.both.command=cat", "ppool.pools.both.worker=programs",
                "ppool.pools.none.worker=programs", "ppool.pools.none.request-timeout=1s",
                "ppool.pools.wrong.command=cat", "ppool.pools.wrong.protocol=xml",
                "ppool.pools.wrong.request-timeout=0s", "ppool.pools.wrong.environment[0]=A=1",
                "ppool.pools.wrong.environment[1]==s3cret", "ppool.pools.wrong.max-message=huge",
                "ppool.pools.wrong.replace-after-requests=-1", "ppool.pools.wrong.exit-grace=-1s");
        assertThat(analysis).contains(
                "ppool.defaults.command", "command can't be said for all pools",
                "max-message must be at least 1 byte",
                "ppool.pools.blank.command", "command must begin with a program",
                "ppool.pools.both.command", "but ppool.pools.both.worker is set too",
                "ppool.pools.none.request-timeout", "ppool.pools.none.command is not set",
                "protocol must be one of lines, json-lines, length-prefixed",
                "request-timeout must be positive",
                "ppool.pools.wrong.environment[1]", "environment must have entries NAME=value or NAME",
                "max-message must be a size, such as 512KB or 1MB",
                "replace-after-requests must not be negative",
                "exit-grace must not be negative");
        assertThat(analysis).doesNotContain("s3cret");
    }

    @Test
    void a_misspelt_setting_of_processes_is_known(CapturedOutput output) {
        assertThat(FailedStarts.analysis(output, Application.class, "ppool.pools.echo.comand=cat"))
                .contains("Did you mean ppool.pools.echo.command?");
    }

    @Test
    void no_program_can_be_chosen_at_run_time() {
        runner.withUserConfiguration(Application.class)
                .withPropertyValues("ppool.pools.echo.command=cat", "ppool.pools.echo.size=1")
                .run(context -> {
                    PoolStarts starts = context.getBean(PoolStarts.class);
                    for (String key : new String[]{"command", "Command", "command[0]", "com-mand"}) {
                        assertThatIllegalArgumentException().isThrownBy(() -> starts.start("other", Map.of(key, "sh")))
                                .withMessageContaining("can't be given at run time");
                    }
                    context.getBean(Pools.class).stopPool("echo", Duration.ZERO);
                    assertThatIllegalArgumentException().isThrownBy(() -> starts.start("echo", Map.of("command", "sh")))
                            .withMessageContaining("ppool.pools.echo.command: the settings for processes");
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> starts.start("echo", Map.of("environment[0]", "LD_PRELOAD=x")))
                            .withMessageContaining("ppool.pools.echo.environment: the settings for processes");
                    assertThat(starts.start("echo", Map.of("size", 2)).status().size()).isEqualTo(2);
                });
    }
}
