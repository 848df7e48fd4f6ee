package io.github.ppool.durable.beans;

import io.github.ppool.durable.DurableQueue;
import io.github.ppool.guard.CauseChain;
import io.github.ppool.spring.boot.settings.Nearest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

/** Explains why a {@link DurableQueue} can't be injected. Lists the methods that have a queue. */
class QueueInjectionFailureAnalyzer extends AbstractInjectionFailureAnalyzer<NoSuchBeanDefinitionException>
        implements
            Ordered {

    private final ConfigurableListableBeanFactory beans;

    QueueInjectionFailureAnalyzer(BeanFactory beans) {
        this.beans = (ConfigurableListableBeanFactory) beans;
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
        if (type == null || type.resolve() != DurableQueue.class) {
            return null;
        }
        String head = Objects.requireNonNullElse(description, "A component") + " asks for " + name(type);
        Map<String, ResolvableType> queues = queues();
        if (queues.isEmpty()) {
            return isOn()
                    ? new FailureAnalysis(head + ", but no method of a bean is annotated with @PoolTask.",
                            "Annotate the method that runs the tasks, or make the queue with DurableQueues if it is in"
                                    + " another application.",
                            cause)
                    : new FailureAnalysis(head + ", but durable tasks are switched off or have no database.",
                            "Set spring.datasource.url, and remove ppool.enabled=false, ppool.cluster.enabled=false and"
                                    + " ppool.durable.enabled=false.",
                            cause);
        }
        String wanted = qualifier(rootFailure);
        String text = head + reason(wanted, type, queues, cause) + "\n\nThese are the queues:\n"
                + queues.entrySet().stream()
                        .map(queue -> "\n    '" + queue.getKey() + "' is a " + name(queue.getValue()) + " ("
                                + source(queue.getKey()) + ")")
                        .collect(Collectors.joining());
        return new FailureAnalysis(text, action(wanted, type, queues, cause), cause);
    }

    private static String reason(
            @Nullable String wanted, ResolvableType type, Map<String, ResolvableType> queues,
            NoSuchBeanDefinitionException cause) {
        if (cause.getNumberOfBeansFound() > 1) {
            return ", and " + cause.getNumberOfBeansFound() + " methods have that payload.";
        }
        if (wanted != null) {
            return " with the qualifier '" + wanted + "', but "
                    + (queues.containsKey(wanted)
                            ? "the tasks of that name have another payload."
                            : "no tasks have that name.");
        }
        return ", but no method has the payload " + name(type.getGeneric(0)) + ".";
    }

    private static String action(
            @Nullable String wanted,
            ResolvableType type,
            Map<String, ResolvableType> queues,
            NoSuchBeanDefinitionException cause) {
        if (cause.getNumberOfBeansFound() > 1) {
            return "Call the parameter like the tasks, such as "
                    + nameOfParameter(type, queues) + ", or say @Qualifier(\"name of the tasks\").";
        }
        if (wanted != null && !queues.containsKey(wanted)) {
            return Nearest.asked(wanted, queues.keySet()) + "Ask for one of the queues above.";
        }
        return "Ask for one of the types above, exactly as it is there. For tasks of another application, make the"
                + " queue with DurableQueues.";
    }

    private static String nameOfParameter(ResolvableType type, Map<String, ResolvableType> queues) {
        List<String> names = DurableQueueRegistrar.parameterNames(queues.entrySet().stream()
                .filter(queue -> type.isAssignableFrom(queue.getValue()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(queues.keySet().iterator().next()));
        return names.get(names.size() - 1);
    }

    private boolean isOn() {
        return beans.getBeanNamesForType(StoredQueues.class, true, false).length > 0;
    }

    private Map<String, ResolvableType> queues() {
        Map<String, ResolvableType> queues = new LinkedHashMap<>();
        for (String bean : beans.getBeanDefinitionNames()) {
            Object task = beans.getBeanDefinition(bean).getAttribute(DurableQueueRegistrar.TASK_ATTRIBUTE);
            if (task != null) {
                queues.put(task.toString(), beans.getBeanDefinition(bean).getResolvableType());
            }
        }
        return queues;
    }

    private String source(String task) {
        return Arrays.stream(beans.getBeanDefinitionNames())
                .map(beans::getBeanDefinition)
                .filter(definition -> task.equals(definition.getAttribute(DurableQueueRegistrar.TASK_ATTRIBUTE)))
                .map(definition -> String.valueOf(definition.getResourceDescription()))
                .findFirst()
                .orElse("");
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

    /** The type as it stands in source code: {@code DurableQueue<Mail>}. */
    private static String name(ResolvableType type) {
        Class<?> raw = type.resolve();
        if (raw == null) {
            return "?";
        }
        return raw.getSimpleName()
                + (type.hasGenerics()
                        ? Arrays.stream(type.getGenerics())
                                .map(QueueInjectionFailureAnalyzer::name)
                                .collect(Collectors.joining(", ", "<", ">"))
                        : "");
    }
}
