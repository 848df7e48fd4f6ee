package io.github.ppool.spring.boot.beans;

import io.github.ppool.guard.CauseChain;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolGroup;
import io.github.ppool.spring.boot.settings.PoolNames;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;
import org.springframework.core.MethodParameter;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/** Explains why a {@link PoolClient} can't be injected. Lists the pools and the types of their workers. */
class PoolInjectionFailureAnalyzer extends AbstractInjectionFailureAnalyzer<NoSuchBeanDefinitionException>
        implements
            Ordered {

    private static final Pattern SPOKEN_WITH_VOWEL = Pattern
            .compile("(?!Eu|On[ce])[AEIO]|U(?![nst][aeiu]|r[li]|[A-Z])");

    private final ConfigurableListableBeanFactory beans;
    private final Environment environment;

    PoolInjectionFailureAnalyzer(BeanFactory beans, Environment environment) {
        this.beans = (ConfigurableListableBeanFactory) beans;
        this.environment = environment;
    }

    /** First, since Spring Boot's own analyzer knows only that a bean is missing. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(
            Throwable rootFailure, NoSuchBeanDefinitionException cause, @Nullable String description) {
        ResolvableType type = cause.getResolvableType();
        Class<?> asked = type == null ? null : type.resolve();
        if (asked != null && Executor.class.isAssignableFrom(asked)) {
            return ofExecutor(qualifier(rootFailure), asked, description, cause);
        }
        if (type == null || (asked != PoolClient.class && asked != PoolGroup.class)) {
            return null;
        }
        String who = Objects.requireNonNullElse(description, "A component");
        Map<String, ResolvableType> pools = pools();
        if (pools.isEmpty()) {
            return new FailureAnalysis(who + " asks for " + name(type) + ", but there are no pools.", withoutPools(),
                    cause);
        }
        String wanted = qualifier(rootFailure);
        String text = who + " asks for " + (wanted == null ? "" : "the pool '" + wanted + "' as ") + name(type)
                + reason(wanted, pools, cause)
                + "\n\nThese are the pools:\n"
                + pools.entrySet().stream()
                        .map(pool -> "\n    " + beans.getBeanDefinition(pool.getKey()).getResourceDescription()
                                + " is " + withArticle(name(pool.getValue())))
                        .collect(Collectors.joining());
        return new FailureAnalysis(text, action(wanted, type, pools, cause), cause);
    }

    /** Explains a missing executor that has the name of a pool; null if it has not. */
    private @Nullable FailureAnalysis ofExecutor(
            @Nullable String wanted, Class<?> asked, @Nullable String description, Throwable cause) {
        if (wanted == null || !pools().containsKey(wanted)) {
            return null;
        }
        return new FailureAnalysis(
                Objects.requireNonNullElse(description, "A component") + " asks for the pool '" + wanted + "' as "
                        + asked.getSimpleName() + ", but the pool is no executor.",
                "Set " + PoolNames.property(wanted) + ".executor to true.", cause);
    }

    private static String reason(@Nullable String wanted, Map<String, ResolvableType> pools,
            NoSuchBeanDefinitionException cause) {
        if (cause.getNumberOfBeansFound() > 1) {
            return ", and there are " + cause.getNumberOfBeansFound() + " such pools.";
        }
        if (wanted == null) {
            return ", but no pool has workers of that type.";
        }
        return pools.containsKey(wanted)
                ? ", but that pool has workers of another type."
                : ", but there is no pool of that name.";
    }

    private static String action(
            @Nullable String wanted,
            ResolvableType type,
            Map<String, ResolvableType> pools,
            NoSuchBeanDefinitionException cause) {
        if (cause.getNumberOfBeansFound() > 1) {
            return "Call the parameter like the pool, or say @Qualifier(\"name of the pool\").";
        }
        ResolvableType other = wanted == null ? null : pools.get(wanted);
        if (other != null) {
            return "Ask for " + name(other) + ", the type of the workers as the worker's bean declares it.";
        }
        return wanted == null
                ? "Ask for one of the types above, exactly as it is there, or configure a pool whose worker is "
                        + withArticle(name(type.getGeneric(0))) + "."
                : "Ask for one of the pools above, or configure " + PoolNames.property(wanted) + ".worker.";
    }

    private String withoutPools() {
        if (environment.getProperty("ppool.enabled", Boolean.class, true)) {
            return "Configure a pool: ppool.pools.<name>.worker names the bean that makes its workers.";
        }
        return "Remove ppool.enabled=false: it keeps all pools from being made.";
    }

    private Map<String, ResolvableType> pools() {
        Map<String, ResolvableType> pools = new LinkedHashMap<>();
        for (String name : beans.getBeanDefinitionNames()) {
            if (beans.getBeanDefinition(name).hasAttribute(PoolBeanRegistrar.POOL_ATTRIBUTE)
                    || beans.getBeanDefinition(name).hasAttribute(GroupBeans.GROUP_ATTRIBUTE)) {
                pools.put(name, beans.getBeanDefinition(name).getResolvableType());
            }
        }
        return pools;
    }

    private static @Nullable String qualifier(Throwable rootFailure) {
        InjectionPoint point = null;
        for (Throwable failure : CauseChain.of(rootFailure)) {
            if (failure instanceof UnsatisfiedDependencyException unsatisfied
                    && unsatisfied.getInjectionPoint() != null) {
                point = unsatisfied.getInjectionPoint();
            }
        }
        if (point == null) {
            return null;
        }
        MethodParameter parameter = point.getMethodParameter();
        return Arrays.stream(parameter != null ? parameter.getParameterAnnotations() : point.getAnnotations())
                .filter(Qualifier.class::isInstance)
                .map(annotation -> ((Qualifier) annotation).value())
                .findFirst()
                .orElse(null);
    }

    /** The type as it stands in source code: {@code PoolClient<SmtpWorker>}. */
    private static String name(ResolvableType type) {
        Class<?> raw = type.resolve();
        if (raw == null) {
            return "?";
        }
        return raw.getSimpleName()
                + (type.hasGenerics()
                        ? Arrays.stream(type.getGenerics())
                                .map(PoolInjectionFailureAnalyzer::name)
                                .collect(Collectors.joining(", ", "<", ">"))
                        : "");
    }

    /** The name with its article as it is spoken: an Integer, a User, a Unit. */
    private static String withArticle(String name) {
        return (SPOKEN_WITH_VOWEL.matcher(name).lookingAt() ? "an " : "a ") + name;
    }
}
