package io.github.ppool.spring.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** Which sources of settings are asked for the settings of pools. */
class SettingsBinderTest {

    private final StandardEnvironment environment = new StandardEnvironment();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    private PpoolProperties bind(Map<String, Object> first, Map<String, Object> second) {
        environment.getPropertySources().addFirst(new MapPropertySource("second", second) {
            @Override
            public @Nullable Object getProperty(String name) {
                asked.add(name);
                return super.getProperty(name);
            }
        });
        environment.getPropertySources().addFirst(new MapPropertySource("first", first));
        ConfigurationPropertySources.attach(environment);
        SettingProblems problems = new SettingProblems(environment);
        PpoolProperties bound = SettingsBinder.bind(environment, problems);
        problems.throwIfAny(null);
        return bound;
    }

    @Test
    void a_source_without_settings_of_ppool_is_not_asked_for_those_of_each_pool() {
        PpoolProperties bound = bind(Map.of("ppool.pools.a.size", "3"), Map.of("server.port", "1"));
        assertThat(bound.getPools().get("a").getSize()).isEqualTo(3);
        assertThat(asked).noneMatch(name -> name.startsWith("ppool"));
    }

    @Test
    void a_source_with_any_setting_of_ppool_is_asked() {
        PpoolProperties bound = bind(
                Map.of("ppool.pools.a.size", "3"),
                Map.of("ppool.pools.a.max-overflow", "4", "ppool.keep-alive", "false"));
        assertThat(bound.getPools().get("a").getSize()).isEqualTo(3);
        assertThat(bound.getPools().get("a").getMaxOverflow()).isEqualTo(4);
        assertThat(asked).contains("ppool.pools.a.max-overflow");
    }

    @Test
    void a_placeholder_is_resolved_by_a_source_without_settings_of_ppool() {
        PpoolProperties bound = bind(Map.of("ppool.pools.a.size", "${many}"), Map.of("many", "7"));
        assertThat(bound.getPools().get("a").getSize()).isEqualTo(7);
    }
}
