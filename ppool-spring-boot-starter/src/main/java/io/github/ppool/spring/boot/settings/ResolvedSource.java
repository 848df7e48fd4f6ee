package io.github.ppool.spring.boot.settings;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.PlaceholdersResolver;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;

/**
 * A source of the application's settings. The environment of the application resolves its placeholders at each read.
 */
class ResolvedSource implements ConfigurationPropertySource {

    private final ConfigurationPropertySource source;
    private final PlaceholdersResolver resolver;

    private ResolvedSource(ConfigurationPropertySource source, PlaceholdersResolver resolver) {
        this.source = source;
        this.resolver = resolver;
    }

    static ConfigurationPropertySource of(ConfigurationPropertySource source, Environment environment) {
        PlaceholdersResolver resolver = new PropertySourcesPlaceholdersResolver(environment);
        return source instanceof IterableConfigurationPropertySource iterable
                ? new WithNames(iterable, resolver)
                : new ResolvedSource(source, resolver);
    }

    @Override
    public @Nullable ConfigurationProperty getConfigurationProperty(ConfigurationPropertyName name) {
        ConfigurationProperty found = source.getConfigurationProperty(name);
        Object resolved = found == null ? null : resolver.resolvePlaceholders(found.getValue());
        return found == null || resolved == null
                ? null
                : new ConfigurationProperty(found.getName(), resolved, found.getOrigin());
    }

    @Override
    public ConfigurationPropertyState containsDescendantOf(ConfigurationPropertyName name) {
        return source.containsDescendantOf(name);
    }

    @Override
    public @Nullable Object getUnderlyingSource() {
        return source.getUnderlyingSource();
    }

    /** A source that knows the names of its settings. */
    private static final class WithNames extends ResolvedSource implements IterableConfigurationPropertySource {

        private final IterableConfigurationPropertySource names;

        WithNames(IterableConfigurationPropertySource names, PlaceholdersResolver resolver) {
            super(names, resolver);
            this.names = names;
        }

        @Override
        public Stream<ConfigurationPropertyName> stream() {
            return names.stream();
        }

        @Override
        public ConfigurationPropertyState containsDescendantOf(ConfigurationPropertyName name) {
            return super.containsDescendantOf(name);
        }
    }
}
