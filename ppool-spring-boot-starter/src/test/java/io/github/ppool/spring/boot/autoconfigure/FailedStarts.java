package io.github.ppool.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;

/** The output of an application that does not start. */
public final class FailedStarts {

    private FailedStarts() {}

    /** Starts an application that must fail; the failure analysis that it has printed. */
    public static String analysis(CapturedOutput output, Class<?> application, String... properties) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new OriginTrackedMapPropertySource("test", map(properties), true));
        SpringApplication spring = new SpringApplicationBuilder(application)
                .web(WebApplicationType.NONE)
                .environment(environment)
                .logStartupInfo(false)
                .build();
        return analysis(output, spring);
    }

    public static String analysis(CapturedOutput output, SpringApplication spring, String... arguments) {
        Assertions.assertThatException().isThrownBy(() -> spring.run(arguments));
        String text = output.toString();
        int start = text.indexOf("APPLICATION FAILED TO START");
        assertThat(start).as("there is a failure analysis in: %s", text).isNotNegative();
        return text.substring(start);
    }

    private static Map<String, Object> map(String... properties) {
        Map<String, Object> map = new LinkedHashMap<>();
        Arrays.stream(properties).forEach(property -> {
            int equals = property.indexOf('=');
            map.put(property.substring(0, equals), property.substring(equals + 1));
        });
        return map;
    }

    /** The analysis that Spring Boot would print of the failure of a context, null if it would print a stack trace. */
    public static @Nullable FailureAnalysis analysis(ConfigurableApplicationContext failed, Throwable failure) {
        List<FailureAnalyzer> analyzers = SpringFactoriesLoader
                .forDefaultResourceLocation(FailedStarts.class.getClassLoader())
                .load(FailureAnalyzer.class,
                        ArgumentResolver.of(BeanFactory.class, failed.getBeanFactory())
                                .and(Environment.class, failed.getEnvironment()),
                        (type, name, notThere) -> {
                        });
        return analyzers.stream()
                .map(analyzer -> quiet(analyzer, failure))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** As Spring Boot asks them. */
    private static @Nullable FailureAnalysis quiet(FailureAnalyzer analyzer, Throwable failure) {
        try {
            return analyzer.analyze(failure);
        } catch (Throwable broken) {
            return null;
        }
    }
}
