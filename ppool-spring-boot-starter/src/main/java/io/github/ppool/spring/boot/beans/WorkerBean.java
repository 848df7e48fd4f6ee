package io.github.ppool.spring.boot.beans;

import io.github.ppool.pool.Place;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.port.Port;
import io.github.ppool.port.PortFactory;
import io.github.ppool.spring.boot.PoolWorker;
import io.github.ppool.spring.boot.settings.ExecutorSettings;
import io.github.ppool.spring.boot.settings.Nearest;
import io.github.ppool.spring.boot.settings.PoolNames;
import io.github.ppool.spring.boot.settings.PoolProperties;
import io.github.ppool.spring.boot.settings.PortReader;
import io.github.ppool.spring.boot.settings.SettingProblems;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;

/**
 * The bean that makes the workers of a pool. Only its definition is inspected; no bean is made. A pool with a command
 * has no such bean: its factory is made from the settings. Neither has an executor without a worker.
 *
 * @param name the name of the bean; empty if there is none
 * @param isFactory true if it is a {@link WorkerFactory}, false if it is a prototype, of which each bean is a worker
 * @param workerType the type of the workers; {@link ResolvableType#NONE} if the definition has no type
 * @param made the factory of a command or of places; null for a bean
 */
public record WorkerBean(
        String name, boolean isFactory, ResolvableType workerType, @Nullable WorkerFactory<?> made) {

    private WorkerBean(String name, boolean isFactory, ResolvableType workerType) {
        this(name, isFactory, workerType, null);
    }

    /** The type of the pool's client. */
    ResolvableType clientType() {
        return workerType.resolve() == null
                ? ResolvableType.forClass(PoolClient.class)
                : ResolvableType.forClassWithGenerics(PoolClient.class, workerType);
    }

    /**
     * The factory of the pool's workers. The call makes the worker bean if that is a factory itself.
     *
     * @param beans the bean factory of the worker bean
     * @return the factory
     */
    @SuppressWarnings("unchecked") // the type of a bean is only known to its definition
    public WorkerFactory<Object> factory(ConfigurableListableBeanFactory beans) {
        if (made != null) {
            return (WorkerFactory<Object>) made;
        }
        if (!isFactory) {
            return new PrototypeWorkers(beans, name);
        }
        WorkerFactory<?> factory = beans.getBean(name, WorkerFactory.class);
        // the pools are closed with the context, and at the end of the virtual machine that takes its time
        WorkerFactory<?> used = factory instanceof PortFactory programs ? programs.leftToPools() : factory;
        return (WorkerFactory<Object>) used;
    }

    /**
     * Finds the worker bean of a pool.
     *
     * @param beans the bean factory
     * @param pool the name of the pool
     * @param own the settings of the pool
     * @param defaults the settings for all pools
     * @param problems gets the reasons if no bean can be used
     * @return the worker bean, null if no bean can be used
     */
    public static @Nullable WorkerBean find(
            ConfigurableListableBeanFactory beans,
            String pool,
            PoolProperties own,
            PoolProperties defaults,
            SettingProblems problems) {
        PortFactory ports = PortReader.read(pool, own, defaults, problems);
        if (PortReader.hasCommand(own)) {
            return ports == null ? null : new WorkerBean("", true, ResolvableType.forClass(Port.class), ports);
        }
        String named = own.getWorker() != null ? own.getWorker() : defaults.getWorker();
        boolean isDefault = own.getWorker() == null && named != null;
        String property = (isDefault ? PoolNames.DEFAULTS : PoolNames.property(pool)) + ".worker";
        if (named == null && ExecutorSettings.isExecutor(own, defaults) && !isAnyAnnotated(beans, pool)) {
            return new WorkerBean("", true, ResolvableType.forClass(Place.class), Place.factory());
        }
        String name = named != null ? named : annotated(beans, pool, property, problems);
        if (name == null) {
            return null;
        }
        // Spring removes each & in front of a bean's name, and fails if the name has only these.
        if (name.replace("&", "").isEmpty() || !beans.containsBean(name)) {
            problems.add(property, "there is no bean named '" + name + "'",
                    Nearest.asked(name, candidates(beans)) + missing(beans, pool));
            return null;
        }
        Class<?> type = beans.getType(name, false);
        if (type != null && WorkerFactory.class.isAssignableFrom(type)) {
            return new WorkerBean(name, true, declaredType(beans, name, type).as(WorkerFactory.class).getGeneric(0));
        }
        if (!isPrototype(beans, name)) {
            problems.add(
                    property,
                    "the bean '" + name + "'" + (type == null ? "" : " of class " + type.getName())
                            + " is no WorkerFactory, and it is a singleton: a pool needs as many workers as it has"
                            + " places",
                    "Give the bean the prototype scope (@Scope(\"prototype\")), or name a bean that is a"
                            + " WorkerFactory.");
            return null;
        }
        return new WorkerBean(name, false, type == null ? ResolvableType.NONE : declaredType(beans, name, type));
    }

    /** Whether a bean is a prototype. A bean without a definition, such as Spring's environment, is none. */
    private static boolean isPrototype(ConfigurableListableBeanFactory beans, String name) {
        try {
            return beans.isPrototype(name);
        } catch (NoSuchBeanDefinitionException withoutDefinition) {
            return false;
        }
    }

    /** The names of the pools in all annotations {@link PoolWorker}. */
    static List<String> annotatedPools(ConfigurableListableBeanFactory beans) {
        Set<String> pools = new LinkedHashSet<>();
        for (String bean : AnnotatedBeans.names(beans, PoolWorker.class)) {
            pools.add(poolOf(beans, bean));
        }
        return List.copyOf(pools);
    }

    /** Whether the class of a bean is annotated with {@link PoolWorker} for a pool. */
    static boolean isAnnotated(ConfigurableListableBeanFactory beans, String bean, String pool) {
        PoolWorker annotation = beans.findAnnotationOnBean(bean, PoolWorker.class, false);
        return annotation != null && PoolNames.uniform(annotation.value()).equals(PoolNames.uniform(pool));
    }

    private static boolean isAnyAnnotated(ConfigurableListableBeanFactory beans, String pool) {
        return annotatedPools(beans).stream()
                .anyMatch(annotated -> PoolNames.uniform(annotated).equals(PoolNames.uniform(pool)));
    }

    private static String poolOf(ConfigurableListableBeanFactory beans, String bean) {
        return Objects.requireNonNull(beans.findAnnotationOnBean(bean, PoolWorker.class, false)).value();
    }

    private static @Nullable String annotated(
            ConfigurableListableBeanFactory beans, String pool, String property, SettingProblems problems) {
        List<String> found = new ArrayList<>();
        for (String bean : AnnotatedBeans.names(beans, PoolWorker.class)) {
            if (PoolNames.uniform(poolOf(beans, bean)).equals(PoolNames.uniform(pool))) {
                found.add(bean);
            }
        }
        if (found.size() == 1) {
            return found.get(0);
        }
        if (found.isEmpty()) {
            problems.add(property, "it is not said which bean makes the workers of the pool '" + pool + "'",
                    missing(beans, pool));
        } else {
            problems.add(
                    property,
                    "several classes are annotated with @PoolWorker(\"" + pool + "\"): the beans "
                            + String.join(", ", found),
                    "Set " + property + " to one of them, or annotate one class only.");
        }
        return null;
    }

    /** The names of the beans that can make workers. */
    private static List<String> candidates(ConfigurableListableBeanFactory beans) {
        List<String> names = new ArrayList<>(List.of(factories(beans)));
        for (String name : beans.getBeanDefinitionNames()) {
            if (beans.getBeanDefinition(name).isPrototype()) {
                names.add(name);
            }
        }
        return names;
    }

    private static String[] factories(ConfigurableListableBeanFactory beans) {
        return BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, WorkerFactory.class, true, false);
    }

    private static String missing(ConfigurableListableBeanFactory beans, String pool) {
        String[] factories = factories(beans);
        return "Set " + PoolNames.property(pool) + ".worker to the name of a WorkerFactory bean"
                + (factories.length == 0 ? "" : " (there is: " + String.join(", ", factories) + ")")
                + " or of a prototype-scoped bean, or annotate the class of the worker with @PoolWorker(\"" + pool
                + "\").";
    }

    /** The type with its generics, as a factory method or a class declares it. */
    static ResolvableType declaredType(ConfigurableListableBeanFactory beans, String name, Class<?> type) {
        try {
            // The definition may be in this context or in one above.
            ResolvableType declared = beans.getMergedBeanDefinition(name).getResolvableType();
            Class<?> declaredClass = declared.resolve();
            // A definition may have only a supertype, or the class of a FactoryBean.
            if (declaredClass != null && type.isAssignableFrom(declaredClass)) {
                return declared;
            }
        } catch (NoSuchBeanDefinitionException withoutDefinition) {
            // A singleton without a definition: only its class is known.
        }
        return ResolvableType.forClass(type);
    }
}
