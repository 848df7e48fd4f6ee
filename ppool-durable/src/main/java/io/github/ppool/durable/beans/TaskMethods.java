package io.github.ppool.durable.beans;

import io.github.ppool.durable.PoolTask;
import io.github.ppool.pool.PoolClient;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.CannotLoadBeanClassException;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/** The {@code PoolTask} methods of all beans of a context. Only definitions are inspected; no bean is made. */
final class TaskMethods {

    static final TaskMethods NONE = new TaskMethods(List.of(), Map.of());

    private final List<TaskMethod> methods;
    private final Map<String, Class<?>> inspected;

    private TaskMethods(List<TaskMethod> methods, Map<String, Class<?>> inspected) {
        this.methods = List.copyOf(methods);
        this.inspected = inspected;
    }

    static TaskMethods find(ConfigurableListableBeanFactory beans, Environment environment) {
        TaskMethodReader reader = new TaskMethodReader(environment, pool -> workers(beans, pool));
        Map<String, Class<?>> inspected = new LinkedHashMap<>();
        List<TaskMethod> found = new ArrayList<>();
        for (String bean : beans.getBeanDefinitionNames()) {
            Class<?> type = ScopedProxyUtils.isScopedTarget(bean) ? null : type(beans, bean);
            if (type == null) {
                continue;
            }
            inspected.put(bean, type);
            annotated(type).forEach((method, annotation) -> {
                checkScope(beans, bean, type, method);
                found.add(reader.read(bean, type, method, annotation));
            });
        }
        checkNames(found);
        return new TaskMethods(found, inspected);
    }

    List<TaskMethod> list() {
        return methods;
    }

    /**
     * Refuses beans whose class hides behind the type of their definition, so that their methods were not found.
     * Called when all beans are made that are not lazy.
     */
    void checkHidden(ConfigurableListableBeanFactory beans) {
        for (String bean : beans.getBeanDefinitionNames()) {
            Object made = beans.containsSingleton(bean) ? beans.getSingleton(bean) : null;
            if (made == null || ScopedProxyUtils.isScopedTarget(bean)) {
                continue;
            }
            Class<?> type = ClassUtils.getUserClass(AopUtils.getTargetClass(made));
            Class<?> known = inspected.get(bean);
            if (known == null || ClassUtils.getUserClass(known) != type) {
                Set<Method> missed = annotated(type).keySet();
                if (!missed.isEmpty() && methods.stream().noneMatch(each -> each.bean().equals(bean))) {
                    throw new DurableStartException(
                            "The method " + TaskMethod.source(type, missed.iterator().next())
                                    + " is annotated with @PoolTask, but the bean '" + bean + "' is declared as "
                                    + (known == null ? "a type that is not known" : known.getName())
                                    + ", so that it was not found.",
                            "Declare the bean as its class: the return type of a @Bean method counts.", null);
                }
            }
        }
    }

    /** The methods of a class that are annotated. A class that can't be inspected has none. */
    static Map<Method, PoolTask> annotated(Class<?> type) {
        if (type.getName().startsWith("org.springframework.")
                || !AnnotationUtils.isCandidateClass(type, PoolTask.class)) {
            return Map.of();
        }
        try {
            return MethodIntrospector.selectMethods(type, (Method method) -> AnnotatedElementUtils
                    .findMergedAnnotation(method, PoolTask.class));
        } catch (IllegalStateException | LinkageError optionalLibraryMissing) {
            return Map.of();
        }
    }

    private static @Nullable Class<?> type(ConfigurableListableBeanFactory beans, String bean) {
        BeanDefinition definition = beans.getMergedBeanDefinition(bean);
        if (definition.isAbstract()) {
            return null;
        }
        if (definition.getAttribute(AutoProxyUtils.ORIGINAL_TARGET_CLASS_ATTRIBUTE) instanceof Class<?> target) {
            return target;
        }
        try {
            Class<?> type = beans.getType(bean, false);
            return type == null ? null : ClassUtils.getUserClass(type);
        } catch (CannotLoadBeanClassException | LinkageError unloadable) {
            return null;
        }
    }

    private static void checkScope(
            ConfigurableListableBeanFactory beans, String bean, Class<?> type, Method method) {
        if (!beans.isSingleton(bean)) {
            throw new DurableStartException(
                    "The method " + TaskMethod.source(type, method)
                            + " is annotated with @PoolTask, but the bean '" + bean + "' is no singleton.",
                    "Put the method into a singleton bean. The worker can be a parameter of it.", null);
        }
    }

    private static void checkNames(List<TaskMethod> found) {
        Map<String, TaskMethod> byName = new LinkedHashMap<>();
        for (TaskMethod method : found) {
            TaskMethod other = byName.putIfAbsent(method.name(), method);
            if (other == null) {
                continue;
            }
            String both = "The methods " + other.source() + " (bean '" + other.bean() + "') and " + method.source()
                    + " (bean '" + method.bean() + "') both run the tasks named '" + method.name() + "'";
            if (!other.pool().equals(method.pool())) {
                throw new DurableStartException(
                        both + ", on the pools '" + other.pool() + "' and '" + method.pool() + "'.",
                        "Give one of them another name; the tasks of one name run on one pool.", null);
            }
            throw new DurableStartException(
                    both + (other.version() == method.version()
                            ? ", version " + method.version() + "."
                            : ", versions " + other.version() + " and " + method.version() + "."),
                    other.version() == method.version()
                            ? "Give one of them another name."
                            : "Leave the one of the higher version; a PayloadUpgrade bean brings older payloads up to"
                                    + " it.",
                    null);
        }
    }

    /** The classes of the workers of a pool, as far as its beans tell. */
    private static Collection<Class<?>> workers(ConfigurableListableBeanFactory beans, String pool) {
        Set<Class<?>> classes = new LinkedHashSet<>();
        boolean isBean = beans.containsBean(pool) && beans.isTypeMatch(pool, PoolClient.class);
        // The bean of a pool may have another name only if a PoolSpec bean makes it.
        String[] names = isBean ? new String[]{pool} : beans.getBeanNamesForType(PoolClient.class, false, false);
        for (String name : names) {
            if (beans.containsBeanDefinition(name)) {
                ResolvableType worker = beans.getMergedBeanDefinition(name).getResolvableType()
                        .as(PoolClient.class).getGeneric(0);
                Class<?> type = worker.resolve();
                if (type != null && type != Object.class) {
                    classes.add(type);
                }
            }
        }
        return classes;
    }
}
