package io.github.ppool.spring.boot.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;

/** Settings that somebody gives for one pool while the application runs, over those of the application. */
final class RunTimeSettings {

    private RunTimeSettings() {}

    static ConfigurableEnvironment over(Environment ofApplication, String pool, Map<String, ?> settings) {
        Map<String, Object> named = new LinkedHashMap<>();
        settings.forEach((key, value) -> named.put(PoolNames.property(pool) + "." + key, value));
        return new StandardEnvironment() {
            @Override
            protected void customizePropertySources(MutablePropertySources sources) {
                sources.addLast(new MapPropertySource("settings of the pool", named));
                if (ofApplication instanceof ConfigurableEnvironment environment) {
                    environment.getPropertySources().stream()
                            // Spring Boot's view of all the others.
                            .filter(source -> !source.getName().equals("configurationProperties"))
                            .forEach(sources::addLast);
                }
            }
        };
    }
}
