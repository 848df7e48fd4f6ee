package io.github.ppool.spring.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.Supervised;
import io.github.ppool.spring.boot.autoconfigure.FailedStarts;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;

/**
 * Hostile settings, generated from a seed: with each value the application starts and stops, or a failure
 * analysis names the setting. {@code -Dppool.hostile.all=true} tries each value in each setting, however long it takes.
 */
@ExtendWith(OutputCaptureExtension.class)
class HostileSettingsTest {

    private static final long SEED = 20261129;
    /** The generated settings end here, also on a slow machine, once they are enough to judge the generator. */
    private static final Duration ENOUGH = Duration.ofSeconds(5);
    private static final Duration LONGEST_START = Duration.ofSeconds(30);
    private static final int LARGEST_ANALYSIS = 30_000;
    private static final String SECRET = "hunter-4711";

    /** In the place of the value of a setting. */
    private static final List<String> VALUES = List.of(
            "", " ", "null", "~", "0", "-0", "1", "-1", "2147483647", "2147483648", "-2147483648",
            "9223372036854775808", "1e400", "1.5", "NaN", "Infinity", "-Infinity", "0x7f", "1_000", "١٢", "true",
            "FALSE", "maybe", "yes", "5s", "-5s", "0ns", "9223372036854775807ns", "9223372036854775807ms",
            "9223372036854775808ms", "106751991167300d", "106751991167301d", "PT2562047788015215H", "P1Y", "PT",
            "-PT2562047788015215H", "365000d", "5 parsecs", "lifo", "fastest", "permanent", "infinity", "restart",
            "restart, 5s, wait", "retry", "backoff 1s..1m x2, wait", "backoff 1m..1s", "{stop: x}", "[", "]", "[]",
            "{}",
            "P" + "1".repeat(6_000), "wait,".repeat(30_000), "java.lang.Exception", "java.lang.String", "[I", "a,b,,c",
            ",", ",,,", "factory", "prototype", "environment", "smtp", "&", "&factory", "nobody",
            "java.io.IOException[]",
            "x".repeat(100_000), "9".repeat(100_000), "\u0000", "\u001b[31mred", "a\nb\r\nc", "\u2028", "\u202etxt",
            "\ud800", "\ud83d\ude00", "名前", "${db.password}", "a${db.password}b", "${nobody}", "${nobody:}",
            "${nobody:5}", "${", "}", "${}", "${:}", "#{1+1}", "${db.${which}}", "${a}", "${".repeat(1_000),
            "${a:".repeat(3_000) + "1" + "}".repeat(3_000), "../../etc/passwd", "%s%n%x", "{}{}");

    /** Behind the name of a setting: the value stands elsewhere than it should. */
    private static final List<String> SUFFIXES = List.of("[0]", "[1]", "[2147483647]", "[99999999999]", "[x]", ".x",
            ".x.y", "[0].x", "[0][0]", ".0", "[]", ".", "..", "[a/b]", "." + "x".repeat(10_000), ".x".repeat(500));

    /** Settings that there are not, and names that can be none. */
    private static final List<String> NAMES = List.of("ppool", "ppool.", "ppool..x", "ppool[0]", "ppool.pools",
            "ppool.pools[0]", "ppool.pools.smtp", "ppool.pools.smtp[0]", "ppool.pools[smtp].size", "ppool.defaults",
            "ppool.supervised", "ppool.supervised.loop", "ppool.supervised.nobody.plan", "ppool.pools.a b.size",
            "ppool.pools.[a/b].worker", "ppool.pools.名前.worker", "ppool.pools.ünïcode.size", "ppool.pools.9lives.size",
            "ppool.pools.-.size", "ppool.pools._.worker", "ppool.pools.SMTP.size", "ppool.pools.s-m_t-p.size",
            "ppool.pools.messageSource.worker", "ppool.pools.environment.worker", "ppool.pools.factory.size",
            "ppool.pools." + "x".repeat(100_000) + ".size", "ppool.pools.a\nb.size", "ppool.pools.${db.password}.size",
            "PPOOL_POOLS_SMTP_SIZE", "ppool.pools.smtp.restart[true].killed", "ppool.pools.smtp.restart.on",
            "ppool.pools.smtp.restart.on.default", "ppool.pools.smtp.restart.on.[java.lang.Exception]",
            "ppool.pools.smtp.restart.on.", "ppool.pools.smtp.restart.on[0]", "ppool.pools.smtp.restart.on.x.y.z",
            "ppool.pools.smtp.on", "ppool.pool.smtp.size", "ppool.smtp", "ppool.pools.smtp.password");

    private final Random random = new Random(SEED);
    private final Set<String> refused = new HashSet<>();
    private final List<String> wrong = new ArrayList<>();

    /** A setting with its value. */
    private record Hostile(String name, String value) {
        @Override
        public String toString() {
            return shortened(name) + "=" + shortened(value);
        }
    }

    @Test
    void any_setting_works_or_is_refused_by_its_name(CapturedOutput output) {
        List<Hostile> all = all();
        Collections.shuffle(all, random);
        all.add(0, new Hostile("ppool.pools.smtp.size", "1")); // one is right, however few there is time for
        boolean toTheEnd = Boolean.getBoolean("ppool.hostile.all");
        long end = System.nanoTime() + ENOUGH.toNanos();
        int tried = 0;
        for (Hostile hostile : all) {
            if (!toTheEnd && tried > 30 && System.nanoTime() - end > 0) {
                break;
            }
            tryOut(List.of(hostile));
            tried++;
        }
        assertThat(wrong).isEmpty();
        assertThat(tried).as("with seed %d", SEED).isGreaterThan(30);
        // Otherwise the generator is no good: some are right, and some are not.
        assertThat(refused.size()).isBetween(tried / 10, tried - 1);
        assertThat(output).doesNotContain(SECRET);
    }

    @Test
    void several_that_are_wrong_are_told_together(CapturedOutput output) {
        List<Hostile> all = all();
        long end = System.nanoTime() + ENOUGH.dividedBy(2).toNanos();
        int tried = 0;
        while (tried <= 5 || System.nanoTime() - end < 0 && tried < 200) {
            List<Hostile> several = Stream.generate(() -> all.get(random.nextInt(all.size()))).limit(4).toList();
            tryOut(several);
            tried++;
        }
        assertThat(wrong).isEmpty();
        assertThat(tried).isGreaterThan(5);
        assertThat(output).doesNotContain(SECRET);
    }

    private static List<Hostile> all() {
        List<String> settings = new ArrayList<>();
        SettingKeys.ofRoot().forEach(key -> settings.add("ppool." + key));
        SettingKeys.ofPool().forEach(key -> {
            settings.add("ppool.pools.smtp." + key);
            settings.add("ppool.defaults." + key);
            settings.add("ppool.pools.smtp." + camelCase(key));
        });
        List.of("plan", "count", "reset-after", "shutdown")
                .forEach(key -> settings.add("ppool.supervised.loop." + key));
        List<Hostile> all = new ArrayList<>();
        for (String setting : settings) {
            VALUES.forEach(value -> all.add(new Hostile(setting, value)));
            SUFFIXES.forEach(suffix -> List.of("1", "", "restart", "${db.password}")
                    .forEach(value -> all.add(new Hostile(setting + suffix, value))));
        }
        for (String name : NAMES) {
            VALUES.forEach(value -> all.add(new Hostile(name, value)));
        }
        return all;
    }

    private static String camelCase(String key) {
        return Stream.of(key.split("\\.", -1)).map(PoolNames::camelCase).reduce((a, b) -> a + "." + b).orElseThrow();
    }

    /** Starts an application with these settings on a thread of its own, since it might hang. */
    private void tryOut(List<Hostile> settings) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().daemon().name("hostile").start(() -> {
            try {
                start(settings);
            } catch (Throwable failed) {
                failure.set(failed);
            }
        });
        boolean ended;
        try {
            ended = thread.join(LONGEST_START);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        if (!ended) {
            wrong.add(settings + " comes to no end; it is at " + List.of(thread.getStackTrace()));
        }
        if (failure.get() != null) {
            wrong.add(settings + ": " + failure.get());
        }
    }

    private void start(List<Hostile> settings) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("ppool.pools.smtp.worker", "factory");
        map.put("ppool.pools.smtp.size", "1");
        map.put("db.password", SECRET);
        map.put("which", "password");
        map.put("a", "${b}");
        map.put("b", "${a}");
        settings.forEach(hostile -> map.put(hostile.name(), hostile.value()));
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            StandardEnvironment environment = new StandardEnvironment();
            environment.getPropertySources()
                    .forEach(source -> environment.getPropertySources().remove(source.getName()));
            environment.getPropertySources().addFirst(new OriginTrackedMapPropertySource("hostile", map, true));
            ConfigurationPropertySources.attach(environment);
            context.setEnvironment(environment);
            context.register(Workers.class, PpoolAutoConfiguration.class, LifecycleAutoConfiguration.class);
            Throwable failure = null;
            try {
                context.refresh();
            } catch (Throwable failed) {
                failure = failed;
            }
            if (failure != null) {
                check(settings, FailedStarts.analysis(context, failure), failure);
            }
        }
    }

    private void check(List<Hostile> settings, @Nullable FailureAnalysis analysis, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            assertThat(cause).as("%s", settings).isNotInstanceOf(Error.class);
            assertThat(String.valueOf(cause.getMessage())).as("%s", settings).doesNotContain(SECRET);
        }
        if (analysis == null) {
            throw new AssertionError("there is no failure analysis: " + settings, failure);
        }
        String told = analysis.getDescription() + "\n" + analysis.getAction();
        assertThat(told).as("%s", settings).doesNotContain(SECRET).hasSizeLessThan(LARGEST_ANALYSIS);
        assertThat(told.chars().filter(c -> c != '\n').anyMatch(Character::isISOControl)).as(told).isFalse();
        assertThat(settings.stream().anyMatch(hostile -> names(told, hostile.name()))).as("%s: %s", settings, told)
                .isTrue();
        if (settings.size() == 1) {
            synchronized (refused) {
                refused.add(settings.get(0).toString());
            }
        }
    }

    /** Whether a line of the analysis names the setting, or one right above or below it. */
    private static boolean names(String told, String setting) {
        // Spring Boot passes over an index that is empty, and the name of a pool is told without brackets.
        ConfigurationPropertyName name = ConfigurationPropertyName.adapt(
                setting.replace("[]", "").replaceAll("\\.+$", "").replace(".[a/b]", ".a/b").replace("[a/b]", ".a/b"),
                '.');
        return told.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("Property: "))
                .map(line -> line.substring("Property: ".length()).replace("[a/b]", ".a/b"))
                .map(line -> ConfigurationPropertyName.adapt(line, '.'))
                .anyMatch(other -> other.equals(name) || other.isAncestorOf(name) || name.isAncestorOf(other)
                        || Objects.equals(pool(other), pool(name)) || setting.length() > 300);
    }

    /** The message about a pool may name another of its settings. */
    private static @Nullable ConfigurationPropertyName pool(ConfigurationPropertyName name) {
        return name.getNumberOfElements() > 2 ? name.chop(3) : null;
    }

    private static String shortened(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "… (" + text.length() + ")";
    }

    @Configuration(proxyBeanMethods = false)
    static class Workers {
        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }

        @Bean
        @org.springframework.context.annotation.Scope("prototype")
        StringBuilder prototype() {
            return new StringBuilder();
        }

        @Bean
        @Supervised
        Runnable loop() {
            return () -> {
                try {
                    Thread.sleep(Duration.ofDays(1));
                } catch (InterruptedException end) {
                    Thread.currentThread().interrupt();
                }
            };
        }
    }
}
