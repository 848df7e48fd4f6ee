package io.github.ppool.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.durable.PoolTask;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ProcessBody;
import io.github.ppool.spring.boot.Scope;
import io.github.ppool.spring.boot.Supervised;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The page of all meters: made from the tables of the other pages, with the names in Prometheus that a running
 * application has. With {@code -Dppool.docs.write=true} the test writes the page.
 */
class MetersTest {

    private static final Path DOCS = Path.of("..", "docs");
    private static final Path PAGE = DOCS.resolve("reference/meters.md");
    private static final String TABLE = "| meter | in Prometheus | kind | tags | page |\n|---|---|---|---|---|\n";
    private static final Pattern METER = Pattern
            .compile("(?m)^\\| `(ppool\\.[a-z.]+)` \\| (gauge|timer|counter|long task timer) \\| ([^|]*)\\|");
    private static final Pattern TITLE = Pattern.compile("# ([^\n]+)\n");

    /** A row of a table of meters. */
    record Documented(String kind, String tags, String page, String title) {
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        WorkerFactory<Object> things() {
            return Object::new;
        }

        @Bean
        @Supervised
        ProcessBody loop() {
            return self -> self.sleep(Duration.ofDays(1));
        }

        @Bean
        @Supervised(scope = Scope.CLUSTER)
        ProcessBody loopOfTheCluster() {
            return self -> self.sleep(Duration.ofDays(1));
        }

        @Bean
        Orders orders() {
            return new Orders();
        }
    }

    static class Orders {
        @PoolTask(pool = "smtp", name = "send-mail")
        void send(String mail) {
        }
    }

    private static Map<String, Documented> documented() throws IOException {
        Map<String, Documented> meters = new TreeMap<>();
        try (Stream<Path> pages = Files.walk(DOCS)) {
            for (Path page : pages.filter(path -> path.toString().endsWith(".md")).filter(path -> !path.equals(PAGE))
                    .sorted().toList()) {
                String text = Files.readString(page);
                String title = TITLE.matcher(text).results().findFirst().orElseThrow().group(1);
                for (MatchResult row : METER.matcher(text).results().toList()) {
                    meters.put(row.group(1), new Documented(row.group(2), row.group(3).strip(),
                            Paths.slashes(PAGE.getParent().relativize(page)), title));
                }
            }
        }
        return meters;
    }

    @Test
    void the_page_has_each_meter_with_its_name_in_prometheus() throws IOException {
        StringBuilder rows = new StringBuilder(TABLE);
        try (ConfigurableApplicationContext application = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .properties("ppool.pools.smtp.worker=things", "ppool.pools.smtp.size=1",
                        "ppool.pools.smtp.cluster-limit=3", "ppool.pools.smtp.cluster-rate=1000/1s",
                        "ppool.groups.mail.members=smtp",
                        "ppool.pools.fax.worker=things", "ppool.pools.fax.size=1", "ppool.pools.fax.min-idle=1",
                        "ppool.pools.fax.warm-up=1s",
                        "ppool.pools.fax.max-wait-target=1s", "ppool.pools.fax.rate=1000/1s",
                        "spring.datasource.url=jdbc:h2:async:mem:meters;DB_CLOSE_DELAY=-1",
                        "spring.jmx.enabled=false")
                .run()) {
            PrometheusMeterRegistry registry = application.getBean(PrometheusMeterRegistry.class);
            Map<String, Meter.Id> live = new TreeMap<>();
            registry.getMeters().forEach(meter -> live.putIfAbsent(meter.getId().getName(), meter.getId()));
            List<String> names = new ArrayList<>();
            PrometheusNamingConvention convention = new PrometheusNamingConvention();
            documented().forEach((meter, row) -> {
                Meter.Id id = live.get(meter);
                Meter.Type type = switch (row.kind()) {
                    case "gauge" -> Meter.Type.GAUGE;
                    case "counter" -> Meter.Type.COUNTER;
                    case "timer" -> Meter.Type.TIMER;
                    default -> Meter.Type.LONG_TASK_TIMER;
                };
                assertThat(type != Meter.Type.GAUGE || id != null)
                        .as("the application of this test must have the gauge %s: its unit is in its name", meter)
                        .isTrue();
                String name = convention.name(meter, type, id == null ? null : id.getBaseUnit());
                if (type == Meter.Type.COUNTER && !name.endsWith("_total")) {
                    name += "_total";
                }
                assertThat(name.split("_")).as("no word twice in %s", name).doesNotHaveDuplicates();
                if (id != null) {
                    names.add(name);
                }
                rows.append("| `").append(meter).append("` | `").append(name).append("` | ").append(row.kind())
                        .append(" | ").append(row.tags()).append(" | [").append(row.title()).append("](")
                        .append(row.page()).append(") |\n");
            });
            assertThat(names).hasSizeGreaterThan(25);
            String scraped = registry.scrape();
            assertThat(names).allSatisfy(name -> assertThat(scraped).containsPattern("(?m)^" + name + "(_count)?[ {]"));
            assertThat(live.keySet().stream().filter(meter -> meter.startsWith("ppool")).toList())
                    .isSubsetOf(documented().keySet());
        }
        String page = Files.readString(PAGE);
        int start = page.indexOf(TABLE);
        assertThat(start).isPositive();
        String expected = page.substring(0, start) + rows;
        if (Boolean.getBoolean("ppool.docs.write")) {
            Files.writeString(PAGE, expected);
        } else {
            assertThat(page).as("written by this test with -Dppool.docs.write=true").isEqualTo(expected);
        }
    }
}
