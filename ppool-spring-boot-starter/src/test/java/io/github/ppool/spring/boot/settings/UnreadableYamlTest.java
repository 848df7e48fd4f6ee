package io.github.ppool.spring.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.spring.boot.autoconfigure.FailedStarts;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.yaml.snakeyaml.Yaml;

/** A file of settings that is no YAML: the place of the mistake is told, and no text of the file. */
@ExtendWith(OutputCaptureExtension.class)
class UnreadableYamlTest {

    @TempDir
    Path folder;

    @AfterEach
    void forgetTheFolder() {
        System.clearProperty("spring.config.location");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "ppool:~  pools:~    smtp:~      worker: a: hunter-4711 | Line: 4, column 16"
                    + " | mapping values are not allowed here",
            "ppool:~\tpools: hunter-4711 | Line: 2, column 1 | found character '\\t(TAB)' that cannot start any token",
            "password: *hunter-4711 | Line: 1 | a value that begins with * is taken for an alias",
            "password: !hunter-4711 | Line: 1 | a value that begins with ! is taken for a tag",
            "password: !a!hunter-4711 x | Line: 1 | a value that begins with ! is taken for a tag",
            "a: 'hunter-4711 | Line: | while",
            "a: {hunter-4711: 2~b: [ | Line: 2 | Reason: expected ',' or '}'",
            "a: [hunter-4711~b: c | Line: 2 | expected",
            "a: @hunter-4711 | Line: 1, column 4 | found character '@' that cannot start any token",
            "a: \"\\hunter-4711\" | Line: 1 | escape",
            "size: 1~size: 2 | Line: 2, column 1 | found duplicate key size",
            "%YAML hunter-4711~---~a: b | Line: 1 | expected a digit",
            "a: b\u0001hunter-4711 | Position: character 5 of the file | the character U+0001 must not be in YAML"
    })
    void the_place_of_a_mistake_is_told_and_no_value(String yaml, String place, String reason, CapturedOutput output)
            throws IOException {
        Path file = file("application.yml", yaml.replace('~', '\n'));
        String analysis = FailedStarts.analysis(output, application());
        assertThat(analysis).contains("A file of settings can't be read, so nothing was started:",
                "File: ", file.getFileName().toString(), place);
        if (!reason.equals("while")) {
            assertThat(analysis).contains(reason);
        }
        assertThat(output).doesNotContain("hunter", "but got");
    }

    @Test
    void a_file_of_a_profile_is_found_too(CapturedOutput output) throws IOException {
        file("application.yml", "spring: {profiles: {active: prod}}");
        file("application-prod.yml", "a: b: c");
        assertThat(FailedStarts.analysis(output, application())).contains("application-prod.yml", "Line: 1, column 5");
    }

    @Test
    void a_file_that_is_imported_is_not_named_but_its_place_is(CapturedOutput output) throws IOException {
        Path other = file("other.yml", "a: b: c");
        file("application.yml", "spring: {config: {import: 'file:" + other + "'}}");
        assertThat(FailedStarts.analysis(output, application()))
                .contains("File: one of the YAML files of the application (Spring Boot does not tell which one)",
                        "Line: 1, column 5");
    }

    @Test
    void yaml_that_the_application_reads_by_itself_is_left_alone() {
        UnreadableYamlFailureAnalyzer analyzer = new UnreadableYamlFailureAnalyzer();
        try {
            new Yaml().load("a: b: c");
            throw new AssertionError("is no YAML");
        } catch (org.yaml.snakeyaml.error.YAMLException failed) {
            assertThat(analyzer.analyze(new IllegalStateException("a bean", failed))).isNull();
        }
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private SpringApplication application() {
        System.setProperty("spring.config.location", "file:" + folder + "/");
        return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE).logStartupInfo(false)
                .build();
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(PpoolAutoConfiguration.class)
    static class Application {}
}
