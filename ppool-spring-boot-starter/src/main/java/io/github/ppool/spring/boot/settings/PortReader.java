package io.github.ppool.spring.boot.settings;

import io.github.ppool.port.PortFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * Makes the factory of a pool of workers that are processes of the operating system. The rules are those of the factory
 * itself. A value that it refuses becomes a problem of the property.
 */
public final class PortReader {

    private static final String COMMAND = ".command";
    private static final String SIZE = "Use a size such as 512KB, 1MB or 2GB.";

    private final PortFactory.Builder builder;
    private final SettingProblems problems;

    private PortReader(PortFactory.Builder builder, SettingProblems problems) {
        this.builder = builder;
        this.problems = problems;
    }

    /**
     * Makes the factory of a pool.
     *
     * @param pool the name of the pool
     * @param own the settings of the pool
     * @param defaults the settings for all pools
     * @param problems gets the problems
     * @return the factory, without the refused values; null if the pool has no command, or none that can be used
     */
    public static @Nullable PortFactory read(
            String pool, PoolProperties own, PoolProperties defaults, SettingProblems problems) {
        String prefix = PoolNames.property(pool);
        List<String> command = own.getCommand();
        if (!hasCommand(own) || command == null) {
            refuseWithoutCommand(prefix, own, problems);
            return null;
        }
        if (own.getWorker() != null) {
            problems.add(prefix + COMMAND, null,
                    "the workers are those of a bean or processes of a command, but " + prefix + ".worker is set too",
                    "Remove one of " + prefix + COMMAND + " and " + prefix + ".worker.");
        }
        try {
            PortReader reader = new PortReader(PortFactory.builder(command).endWithJvm(false), problems);
            reader.apply(PoolNames.DEFAULTS, defaults);
            reader.apply(prefix, own);
            return reader.builder.build();
        } catch (IllegalArgumentException refused) {
            // the arguments may be secret
            problems.add(prefix + COMMAND, null, SettingProblems.rule(refused),
                    "Use the name or the path of a program, and its arguments as further elements of the list.");
            return null;
        }
    }

    /**
     * Tells if the workers of a pool are processes of the operating system.
     *
     * @param pool the settings of the pool
     * @return true if it has a command; a blank one is not set
     */
    public static boolean hasCommand(PoolProperties pool) {
        List<String> command = pool.getCommand();
        return command != null && !command.isEmpty();
    }

    /**
     * Checks the settings of processes in the defaults.
     *
     * @param defaults the settings for all pools
     * @param problems gets the problems
     */
    public static void checkDefaults(PoolProperties defaults, SettingProblems problems) {
        if (hasCommand(defaults)) {
            problems.add(PoolNames.DEFAULTS + COMMAND, null, "command can't be said for all pools",
                    "Say it of the pools of processes of the operating system.");
        }
        if (!values(defaults).isEmpty()) { // else the classes of programs are not needed at the start
            new PortReader(PortFactory.builder("none"), problems).apply(PoolNames.DEFAULTS, defaults);
        }
    }

    /**
     * Refuses settings of processes that were given at run time. Their author may be a user of the endpoint, and must
     * not choose programs. The application's own settings are allowed.
     *
     * @param pool the name of the pool
     * @param own the settings of the pool, those given at run time included
     * @param configured the application's own settings of the pool; null if it has none
     * @param problems gets one problem for each refused setting
     */
    public static void refuseGiven(
            String pool, PoolProperties own, @Nullable PoolProperties configured, SettingProblems problems) {
        Map<String, Object> allowed = configured == null ? Map.of() : values(configured);
        values(own).forEach((name, value) -> {
            if (!value.equals(allowed.get(name))) {
                problems.add(PoolNames.property(pool) + "." + name, null,
                        "the settings for processes of the operating system can't be given at run time",
                        "Set them in the configuration of the application.");
            }
        });
    }

    /** The settings of processes that are set, by their names. */
    private static Map<String, Object> values(PoolProperties pool) {
        Map<String, Object> values = new LinkedHashMap<>();
        put(values, "command", pool.getCommand());
        put(values, "protocol", pool.getProtocol());
        put(values, "request-timeout", pool.getRequestTimeout());
        put(values, "directory", pool.getDirectory());
        put(values, "environment", pool.getEnvironment());
        put(values, "max-message", pool.getMaxMessage());
        put(values, "replace-after-requests", pool.getReplaceAfterRequests());
        put(values, "replace-above-memory", pool.getReplaceAboveMemory());
        put(values, "exit-grace", pool.getExitGrace());
        return values;
    }

    private static void put(Map<String, Object> values, String name, @Nullable Object value) {
        if (value != null && !(value instanceof List<?> list && list.isEmpty())) {
            values.put(name, value);
        }
    }

    private static void refuseWithoutCommand(String prefix, PoolProperties own, SettingProblems problems) {
        for (String name : values(own).keySet()) {
            problems.add(prefix + "." + name, null, name + " belongs to processes of the operating system, and "
                    + prefix + COMMAND + " is not set",
                    "Set " + prefix + COMMAND + " to a program and its arguments, or remove " + name + ".");
        }
    }

    private void apply(String prefix, PoolProperties pool) {
        set(prefix + ".protocol", pool.getProtocol(), builder::protocol, "");
        set(prefix + ".request-timeout", pool.getRequestTimeout(), builder::requestTimeout,
                "Use a duration of more than zero, such as 500ms, 30s or 10m.");
        set(prefix + ".directory", pool.getDirectory(), directory -> builder.directory(Path.of(directory)),
                "Use the path of a directory.");
        set(prefix + ".max-message", pool.getMaxMessage(), size -> builder.maxMessage(bytes(size)), SIZE);
        set(prefix + ".replace-after-requests", pool.getReplaceAfterRequests(), builder::replaceAfterRequests,
                "Use 0 or more.");
        set(prefix + ".replace-above-memory", pool.getReplaceAboveMemory(),
                size -> builder.replaceAboveMemory(size.toBytes()), SIZE);
        set(prefix + ".exit-grace", pool.getExitGrace(), builder::exitGrace, "Use zero or more.");
        List<String> environment = pool.getEnvironment();
        for (int i = 0; environment != null && i < environment.size(); i++) {
            applyVariable(prefix + ".environment[" + i + "]", environment.get(i));
        }
    }

    private static int bytes(DataSize size) {
        if (size.toBytes() > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("max-message must be less than 2GB, got: " + size);
        }
        return (int) size.toBytes();
    }

    private void applyVariable(String property, String entry) {
        int equals = entry.indexOf('=');
        try {
            if (equals < 0) {
                builder.inheritEnvironment(entry);
            } else {
                builder.environment(entry.substring(0, equals), entry.substring(equals + 1));
            }
        } catch (IllegalArgumentException refused) {
            problems.add(property, null, "environment must have entries NAME=value or NAME", // the value may be secret
                    "Use a name, an equals sign and the value; or a name alone, for the value that this virtual"
                            + " machine has.");
        }
    }

    private <T> void set(String property, @Nullable T value, Consumer<T> setter, String remedy) {
        if (value != null) {
            try {
                setter.accept(value);
            } catch (IllegalArgumentException refused) {
                problems.add(property, SettingProblems.rule(refused), remedy);
            }
        }
    }
}
