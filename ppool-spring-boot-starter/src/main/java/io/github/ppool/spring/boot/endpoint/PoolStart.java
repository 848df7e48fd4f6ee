package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.spring.boot.PoolStarts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

/** Starts a pool for an operator. */
final class PoolStart {

    private final ObjectProvider<PoolStarts> starts;
    private final Predicate<String> isTree;

    PoolStart(ObjectProvider<PoolStarts> starts, Predicate<String> isTree) {
        this.starts = starts;
        this.isTree = isTree;
    }

    /**
     * Starts a pool.
     *
     * @return false if nothing is known of such a pool, and nothing is said about it
     */
    boolean start(
            String pool,
            @Nullable String worker,
            @Nullable Integer size,
            @Nullable Integer maxOverflow,
            @Nullable String yaml) {
        PoolStarts available = starts.getIfUnique();
        if (available == null) {
            throw PoolControl.refused("pools can't be started here: there is no bean that reads their settings");
        }
        if (isTree.test(pool)) {
            throw PoolControl.refused("there is a supervision tree '" + pool + "' already");
        }
        Map<String, Object> settings = read(yaml);
        put(settings, "worker", worker);
        put(settings, "size", size);
        put(settings, "max-overflow", maxOverflow);
        if (settings.isEmpty() && !available.isKnown(pool)) {
            return false;
        }
        try {
            available.start(pool, settings);
            return true;
        } catch (IllegalArgumentException | IllegalStateException | PoolStoppedException refused) {
            throw PoolControl.refused(String.valueOf(refused.getMessage()));
        }
    }

    private static void put(Map<String, Object> settings, String key, @Nullable Object value) {
        if (value != null && settings.put(key, value) != null) {
            throw PoolControl.refused(key + " must be said once: it is in the settings too");
        }
    }

    /** As in application.yml, below the name of the pool. */
    private static Map<String, Object> read(@Nullable String yaml) {
        Map<String, Object> settings = new LinkedHashMap<>();
        if (yaml == null || yaml.isBlank()) {
            return settings;
        }
        List<PropertySource<?>> documents;
        try {
            documents = new YamlPropertySourceLoader()
                    .load("settings", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException | RuntimeException unreadable) {
            throw notSettings(yaml);
        }
        for (PropertySource<?> document : documents) {
            for (String name : ((EnumerablePropertySource<?>) document).getPropertyNames()) {
                Object value = document.getProperty(name);
                if (value != null) {
                    settings.put(name, value);
                }
            }
        }
        if (settings.containsKey("document")) {
            // What is no map of settings is read as a map with this one name.
            throw notSettings(yaml);
        }
        return settings;
    }

    private static RuntimeException notSettings(String yaml) {
        return PoolControl.refused(
                "settings must be YAML as below the name of a pool, such as {size: 2, restart: {plan: [restart, 5s]}}, got: "
                        + yaml);
    }
}
