package io.github.ppool.spring.boot.beans;

import io.github.ppool.spring.boot.PoolAsync;
import io.github.ppool.spring.boot.PoolWorker;
import io.github.ppool.spring.boot.Supervised;
import io.github.ppool.spring.boot.settings.PlanItem;
import io.github.ppool.spring.boot.settings.PoolProperties;
import io.github.ppool.spring.boot.settings.PpoolProperties;
import io.github.ppool.spring.boot.settings.SettingTypes;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Registers for a native image all types that the starter looks up by name or by reflection when an application starts,
 * because the settings are read again then. Spring finds this class by {@code META-INF/spring/aot.factories}, so that
 * an application that only runs does not load it.
 */
public final class SettingsHints implements BeanFactoryInitializationAotProcessor {

    /** Made by Spring. */
    public SettingsHints() {}

    @Override
    public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
            ConfigurableListableBeanFactory beans) {
        String[] registrars = beans.getBeanNamesForType(PoolBeanRegistrar.class, true, false);
        if (registrars.length == 0) {
            return null; // ppool is switched off
        }
        PpoolProperties properties = beans.getBean(registrars[0], PoolBeanRegistrar.class).properties();
        return (context, code) -> contribute(properties, context.getRuntimeHints(), beans.getBeanClassLoader());
    }

    private static void contribute(
            PpoolProperties properties, RuntimeHints hints, @Nullable ClassLoader classLoader) {
        for (Class<?> annotation : List.of(PoolWorker.class, Supervised.class, PoolAsync.class)) {
            hints.reflection().registerType(annotation, MemberCategory.INVOKE_DECLARED_METHODS);
            // Spring makes a proxy of an annotation that has aliases.
            hints.proxies().registerJdkProxy(annotation);
        }
        // Spring Boot finds the method valueOf by its name when it converts a text.
        hints.reflection().registerType(PlanItem.class, MemberCategory.INVOKE_DECLARED_METHODS);
        for (Class<?> group : SettingTypes.all()) {
            // The names of the fields are the names of the settings, for "Did you mean".
            hints.reflection().registerType(
                    group, MemberCategory.INVOKE_DECLARED_METHODS, MemberCategory.ACCESS_DECLARED_FIELDS);
        }
        Stream.concat(Stream.of(properties.getDefaults()), properties.getPools().values().stream())
                .map(PoolProperties::getRestart)
                .flatMap(restart -> Stream.of(restart.getSurviveOn(), restart.getCrashOn()))
                .<String>mapMulti((names, each) -> {
                    if (names != null) {
                        names.forEach(each);
                    }
                })
                .distinct()
                .forEach(exception -> hints.reflection().registerTypeIfPresent(classLoader, exception));
    }
}
