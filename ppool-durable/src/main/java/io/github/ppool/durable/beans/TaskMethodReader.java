package io.github.ppool.durable.beans;

import io.github.ppool.durable.DurableTask;
import io.github.ppool.durable.PoolTask;
import io.github.ppool.durable.beans.TaskMethod.Parameter;
import io.github.ppool.durable.engine.TaskHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.support.CronExpression;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/** Reads a {@code PoolTask} method, and refuses one that can't work. */
final class TaskMethodReader {

    static final String NAME_RULE = "must have 1 to 100 letters, digits and - _ .";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(366);
    private static final List<String> LATER = List.of("org.reactivestreams.Publisher",
            "java.util.concurrent.Flow$Publisher");

    private final Environment environment;
    private final Function<String, Collection<Class<?>>> workers;

    /**
     * A reader.
     *
     * @param environment resolves placeholders
     * @param workers the classes that the workers of a pool may have, by its name
     */
    TaskMethodReader(Environment environment, Function<String, Collection<Class<?>>> workers) {
        this.environment = environment;
        this.workers = workers;
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    TaskMethod read(String bean, Class<?> type, Method method, PoolTask annotation) {
        String source = TaskMethod.source(type, method);
        checkMethod(source, method);
        String pool = text(source, "pool", annotation.pool());
        if (pool.isEmpty()) {
            throw wrong(source, "pool", "must not be empty", pool, "Write the name of a pool.");
        }
        String name = text(source, "name", annotation.name());
        if (name.isEmpty()) {
            name = StringUtils.uncapitalize(ClassUtils.getUserClass(type).getSimpleName()) + "." + method.getName();
        }
        if (!isName(name)) {
            throw wrong(source, "name", NAME_RULE, name, "Set the name, for example @PoolTask(name = \"send-mail\").");
        }
        if (annotation.version() < 1) {
            throw wrong(source, "version", "must be at least 1", String.valueOf(annotation.version()),
                    "Begin with 1, and count it up when the payload changes.");
        }
        List<Parameter> parameters = parameters(source, type, method, pool);
        int payloadAt = parameters.indexOf(Parameter.PAYLOAD);
        TaskHandler.FireTimes fireTimes = fireTimes(source, annotation);
        if (fireTimes != null && payloadAt >= 0) {
            throw new DurableStartException(
                    "The method " + source + " has a cron, and the parameter "
                            + method.getParameters()[payloadAt] + " for a payload: nothing hands a payload over.",
                    "Remove the parameter, or hand the tasks over with a DurableQueue.", null);
        }
        return new TaskMethod(bean, type, method, pool, name, annotation.version(), annotation.transactional(),
                timeout(source, annotation), fireTimes, parameters,
                payloadAt < 0 ? ResolvableType.forClass(Void.class) : payload(source, type, method, payloadAt));
    }

    private static void checkMethod(String source, Method method) {
        String found = Modifier.isStatic(method.getModifiers())
                ? "static"
                : Modifier.isPrivate(method.getModifiers()) ? "private" : null;
        if (found != null) {
            throw new DurableStartException(
                    "The method " + source + " is annotated with @PoolTask, but it is " + found + ".",
                    "Remove " + found + ": the method is called on its bean, and through the bean's proxy if it has"
                            + " one.",
                    null);
        }
        Class<?> result = method.getReturnType();
        if (Future.class.isAssignableFrom(result) || CompletionStage.class.isAssignableFrom(result)
                || isPublisher(result) || AnnotatedElementUtils.hasAnnotation(method, Async.class)) {
            throw new DurableStartException(
                    "The method " + source + " is annotated with @PoolTask, but it "
                            + (AnnotatedElementUtils.hasAnnotation(method, Async.class)
                                    ? "is @Async"
                                    : "returns a " + result.getSimpleName())
                            + ": its return would end the task before its work has ended.",
                    "Let the method do its work before it returns; it runs on a process of its own.", null);
        }
    }

    private static boolean isPublisher(Class<?> type) {
        return ClassUtils.getAllInterfacesForClassAsSet(type).stream()
                .anyMatch(each -> LATER.contains(each.getName()));
    }

    private List<Parameter> parameters(String source, Class<?> type, Method method, String pool) {
        Collection<Class<?>> ofPool = workers.apply(pool);
        List<Parameter> kinds = new ArrayList<>();
        for (int i = 0; i < method.getParameterCount(); i++) {
            Class<?> raw = ResolvableType.forMethodParameter(method, i, type).toClass();
            kinds.add(raw == DurableTask.class
                    ? Parameter.TASK
                    : raw != Object.class && ofPool.stream().anyMatch(raw::isAssignableFrom)
                            ? Parameter.WORKER
                            : Parameter.PAYLOAD);
        }
        for (Parameter kind : Parameter.values()) {
            if (kinds.stream().filter(each -> each == kind).count() > 1) {
                throw new DurableStartException(
                        "The method " + source + " has several parameters for "
                                + (kind == Parameter.PAYLOAD
                                        ? "a payload: each parameter that is neither a worker of the pool '" + pool
                                                + "' (" + names(ofPool) + ") nor a DurableTask is taken for one."
                                        : kind == Parameter.WORKER ? "a worker." : "a DurableTask."),
                        kind == Parameter.PAYLOAD
                                ? "Put the values into one record, and declare the worker as the pool's bean declares"
                                        + " it."
                                : "Leave one of them.",
                        null);
            }
        }
        return List.copyOf(kinds);
    }

    private static String names(Collection<Class<?>> classes) {
        return classes.isEmpty()
                ? "of an unknown class"
                : String.join(", ", classes.stream().map(Class::getSimpleName).distinct().sorted().toList());
    }

    private static ResolvableType payload(String source, Class<?> type, Method method, int index) {
        MethodParameter parameter = new MethodParameter(method, index).withContainingClass(type);
        ResolvableType payload = ResolvableType.forMethodParameter(parameter);
        Class<?> raw = payload.resolve();
        if (raw == null || payload.hasUnresolvableGenerics()) {
            throw new DurableStartException(
                    "The method " + source + " has a payload of the type " + payload
                            + ", whose class can't be found out.",
                    "Use a record, a class or a type such as List<Mail>.", null);
        }
        return raw.isPrimitive() ? ResolvableType.forClass(ClassUtils.resolvePrimitiveIfNecessary(raw)) : payload;
    }

    private @Nullable Duration timeout(String source, PoolTask annotation) {
        String text = text(source, "timeout", annotation.timeout());
        if (text.isEmpty()) {
            return null;
        }
        String rule = "must be a duration";
        try {
            Duration timeout = DurationStyle.detectAndParse(text);
            if (timeout.isPositive() && timeout.compareTo(LONGEST_TIMEOUT) <= 0) {
                return timeout;
            }
            rule = "must be from 1ms to 366d";
        } catch (IllegalArgumentException | ArithmeticException noDuration) {
            // The rule names the allowed values.
        }
        throw wrong(source, "timeout", rule, text, "Write a duration such as 30s, or leave it empty for the pool's"
                + " task-timeout.");
    }

    private TaskHandler.@Nullable FireTimes fireTimes(String source, PoolTask annotation) {
        String cron = text(source, "cron", annotation.cron());
        String zone = text(source, "zone", annotation.zone());
        if (cron.isEmpty() || cron.equals("-")) {
            if (!zone.isEmpty() && cron.isEmpty()) {
                throw wrong(source, "zone", "has no effect without a cron", zone, "Set the cron, or remove the zone.");
            }
            return null;
        }
        ZoneId in;
        try {
            in = zone.isEmpty() ? ZoneId.systemDefault() : ZoneId.of(zone);
        } catch (DateTimeException unknown) {
            throw wrong(source, "zone", "must be a time zone", zone, "Write for example Europe/Berlin or UTC.");
        }
        CronExpression expression;
        try {
            expression = CronExpression.parse(cron);
        } catch (IllegalArgumentException unreadable) {
            throw wrong(source, "cron", "must be a cron expression of six fields ("
                    + String.valueOf(unreadable.getMessage()).replace("\n", " ") + ")", cron,
                    "Write second, minute, hour, day of the month, month and day of the week, such as 0 0 6 * * MON.");
        }
        if (expression.next(ZonedDateTime.of(2000, 1, 1, 0, 0, 0, 0, in)) == null) {
            throw wrong(source, "cron", "must have a time at which it fires", cron, "Correct the day or the month.");
        }
        return time -> {
            ZonedDateTime next = expression.next(time.atZone(in));
            return next == null ? null : next.toInstant();
        };
    }

    private String text(String source, String attribute, String written) {
        try {
            return environment.resolveRequiredPlaceholders(written).strip();
        } catch (IllegalArgumentException unresolved) {
            throw wrong(source, attribute, "has a placeholder that can't be resolved", written,
                    "Set the property, or write a value.");
        }
    }

    private static DurableStartException wrong(
            String source, String attribute, String rule, String value, String remedy) {
        return new DurableStartException(
                "The " + attribute + " in @PoolTask of " + source + " " + rule + ", got: '"
                        + (value.length() <= 200 ? value : value.substring(0, 200) + "…") + "'.",
                remedy, null);
    }
}
