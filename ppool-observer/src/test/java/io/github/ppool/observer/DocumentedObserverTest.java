package io.github.ppool.observer;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.ByteArrayResource;

/** The page "The observer" shows parts of tests, settings that work, and pictures that are there. */
class DocumentedObserverTest {

    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern REGION = Pattern.compile("// tag::([a-z-]+)\\[]\\n(.*?)\\n *// end::\\1\\[]",
            Pattern.DOTALL);

    private static String page() throws IOException {
        return Files.readString(DOCS.resolve("observer.md"));
    }

    private static List<String> find(String regex, String text) {
        return Pattern.compile(regex).matcher(text).results().map((MatchResult match) -> match.group(1)).toList();
    }

    @Test
    void each_code_block_is_a_region_of_a_test() throws IOException {
        String test = Files.readString(
                Path.of("src", "test", "java", "io", "github", "ppool", "observer", "ObserverActionsTest.java"));
        Matcher region = REGION.matcher(test);
        List<String> regions = new ArrayList<>();
        while (region.find()) {
            regions.add(region.group(2).stripIndent() + "\n");
        }
        assertThat(find("(?s)```java\n(.*?)```", page())).isNotEmpty().isEqualTo(regions);
    }

    @Test
    void an_application_with_the_documented_settings_has_the_page() throws Exception {
        List<String> settings = new ArrayList<>();
        for (String yaml : find("(?s)```yaml\n(.*?)```", page())) {
            new YamlPropertySourceLoader().load("block", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
                    .forEach(document -> {
                        for (String name : ((EnumerablePropertySource<?>) document).getPropertyNames()) {
                            settings.add(name + "=" + document.getProperty(name));
                        }
                    });
        }
        assertThat(settings).contains("management.endpoint.ppool.access=unrestricted")
                .anyMatch(setting -> setting.startsWith("management.endpoints.web.exposure.include"));
        try (TestServer server = TestServer.start(
                WebApplicationType.SERVLET, TestServer.Application.class, settings.toArray(String[]::new))) {
            HttpResponse<String> page = server.get("/actuator/observer/page");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(server.get("/actuator/ppool/observe").body()).contains("\"writable\":true");
        }
    }

    @Test
    void the_setting_of_the_history_is_that_of_the_metadata() throws IOException {
        List<Map<String, Object>> history = new ArrayList<>();
        for (URL metadata : Collections.list(
                getClass().getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream json = metadata.openStream()) {
                history.addAll(JsonPath.<List<Map<String, Object>>>read(json,
                        "$.properties[?(@.name == 'ppool.history')]"));
            }
        }
        assertThat(history).hasSize(1);
        assertThat(page()).contains("| `ppool.history` | `" + history.getFirst().get("defaultValue") + "` | "
                + history.getFirst().get("description") + " |");
    }

    @Test
    void each_picture_is_there_and_shows_something() throws IOException {
        List<String> pictures = find("!\\[[^\\]]{15,}]\\((images/[a-z-]+\\.png)\\)", page());
        assertThat(pictures).hasSizeGreaterThanOrEqualTo(6).doesNotHaveDuplicates();
        for (String picture : pictures) {
            byte[] file = Files.readAllBytes(DOCS.resolve(picture));
            assertThat(ImageIO.read(new ByteArrayInputStream(file)).getWidth()).as(picture).isGreaterThan(800);
            assertThat(file.length).as(picture).isBetween(20_000, 400_000);
        }
    }
}
