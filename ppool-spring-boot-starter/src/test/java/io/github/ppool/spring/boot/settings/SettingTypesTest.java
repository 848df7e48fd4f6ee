package io.github.ppool.spring.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.jayway.jsonpath.JsonPath;
import java.beans.IntrospectionException;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.util.unit.DataSize;

/** Each class with settings, and each setting of it, is known wherever all of them must be. */
class SettingTypesTest {

    private static final String DEFAULTS = "ppool.defaults.";

    private static List<String> settingsOfPools() throws IOException {
        try (InputStream metadata = SettingTypesTest.class.getResourceAsStream(
                "/META-INF/spring-configuration-metadata.json")) {
            return JsonPath.<List<String>>read(Objects.requireNonNull(metadata), "$.properties[*].name").stream()
                    .filter(name -> name.startsWith(DEFAULTS))
                    .map(name -> name.substring(DEFAULTS.length()))
                    .toList();
        }
    }

    @Test
    void the_classes_are_those_of_the_root_of_pools_and_their_superclasses_and_of_all_groups() {
        assertThat(SettingTypes.all()).containsExactlyInAnyOrder(
                PpoolProperties.class, PpoolProperties.Web.class, PpoolProperties.Errors.class,
                PpoolProperties.Group.class, PpoolProperties.Supervised.class,
                PoolProperties.class, PortProperties.class, ExecutorProperties.class, QueueProperties.class,
                SettingsGroup.class, RestartProperties.class, CreationProperties.class, TaskRestartProperties.class,
                DurableTaskProperties.class);
    }

    @Test
    void did_you_mean_knows_each_setting_of_a_pool() throws IOException {
        assertThat(settingsOfPools()).contains("size", "min-idle", "command", "executor", "restart.plan");
        assertThat(SettingKeys.ofPool()).containsAll(settingsOfPools());
    }

    @Test
    void did_you_mean_finds_a_setting_that_pools_have_from_a_superclass() {
        assertThat(SettingKeys.asked(ConfigurationPropertyName.of("ppool.pools.smtp.min-idel")))
                .isEqualTo("Did you mean ppool.pools.smtp.min-idle? ");
    }

    @TestFactory
    Stream<DynamicTest> groups_that_differ_in_any_setting_are_not_equal() {
        return Stream.of(
                new PoolProperties(), new RestartProperties(), new CreationProperties(), new TaskRestartProperties(),
                new DurableTaskProperties())
                .flatMap(group -> settings(group.getClass()).map(setting -> dynamicTest(
                        group.getClass().getSimpleName() + "." + setting.getName(), () -> {
                            SettingsGroup other = group.getClass().getConstructor().newInstance();
                            assertThat(other).isEqualTo(group).hasSameHashCodeAs(group);
                            setting.getWriteMethod().invoke(other, value(setting.getPropertyType()));
                            assertThat(other).isNotEqualTo(group);
                        })));
    }

    @Test
    void a_pool_with_a_rate_has_other_settings_than_those_for_durable_tasks() {
        PoolProperties pool = new PoolProperties();
        pool.getDurable().setPrefetch("0");
        assertThat(pool.hasOnlyDurable()).isTrue();
        pool.setRate("100/1m");
        assertThat(pool.hasOnlyDurable()).isFalse();
    }

    private static Stream<PropertyDescriptor> settings(Class<?> type) {
        try {
            return Arrays.stream(Introspector.getBeanInfo(type, Object.class).getPropertyDescriptors())
                    .filter(property -> property.getWriteMethod() != null);
        } catch (IntrospectionException e) {
            throw new AssertionError(e);
        }
    }

    /** A value of the type that no new group has. */
    private static Object value(Class<?> type) {
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        if (SettingsGroup.class.isAssignableFrom(type)) {
            return differentGroup(type);
        }
        return Objects.requireNonNull(Map.<Class<?>, Object>of(
                String.class, "1", Integer.class, 1, Long.class, 1L, Double.class, 0.5, Boolean.class, true,
                Duration.class, Duration.ofDays(1), DataSize.class, DataSize.ofBytes(1),
                List.class, List.of(), Map.class, Map.of()).get(type), () -> "no value for " + type);
    }

    private static Object differentGroup(Class<?> type) {
        try {
            Object group = type.getConstructor().newInstance();
            type.getMethod("setCount", String.class).invoke(group, "77");
            return group;
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
