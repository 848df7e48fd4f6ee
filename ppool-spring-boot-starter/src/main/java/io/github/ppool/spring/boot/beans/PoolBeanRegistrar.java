package io.github.ppool.spring.boot.beans;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.DurableSettings;
import io.github.ppool.spring.boot.Supervised;
import io.github.ppool.spring.boot.settings.DependsOn;
import io.github.ppool.spring.boot.settings.DurableReader;
import io.github.ppool.spring.boot.settings.ExecutorSettings;
import io.github.ppool.spring.boot.settings.GroupReader;
import io.github.ppool.spring.boot.settings.Nearest;
import io.github.ppool.spring.boot.settings.PoolNames;
import io.github.ppool.spring.boot.settings.PoolSpellings;
import io.github.ppool.spring.boot.settings.PoolProperties;
import io.github.ppool.spring.boot.settings.PortReader;
import io.github.ppool.spring.boot.settings.PpoolProperties;
import io.github.ppool.spring.boot.settings.SettingProblems;
import io.github.ppool.spring.boot.settings.SettingsBinder;
import io.github.ppool.spring.boot.settings.SpecReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;

/**
 * Registers one {@link PoolClient} bean for each pool, and checks all settings before any bean is made.
 *
 * <p>It works in two steps. The names are registered with all other definitions, so that all code that inspects
 * definitions sees them. The types of the workers follow when all definitions are registered, because the settings name
 * a worker by its bean.
 *
 * <p>The registrar is not ordered, so that it runs after the ordered post-processors. A {@code BeanRegistrar} could do
 * the first step, but sees neither other definitions nor their types.
 */
public final class PoolBeanRegistrar implements BeanDefinitionRegistryPostProcessor {

    /** The attribute of a definition of a pool's bean. Its value is the name of the pool. */
    static final String POOL_ATTRIBUTE = PoolBeanRegistrar.class.getName() + ".pool";

    /** The name that {@code @EnableConfigurationProperties} gives to the bean of the settings. */
    private static final String PROPERTIES_BEAN = "ppool-" + PpoolProperties.class.getName();

    private final Environment environment;
    private final SettingProblems problems;
    private final PpoolProperties properties;
    private final Map<String, WorkerBean> workers = new LinkedHashMap<>();
    private final Map<String, String> specBeans = new LinkedHashMap<>();
    /** The settings for durable tasks of the pools that have any. */
    private final Map<String, DurableSettings> durable = new LinkedHashMap<>();
    private final Map<String, PpoolProperties.Group> groups = new LinkedHashMap<>();
    /** The settings of pools that PoolSpec beans make: those for durable tasks. */
    private final Map<String, PoolProperties> ofSpecBeans = new LinkedHashMap<>();
    private final InheritedPools inherited = new InheritedPools();
    private SupervisedBeans supervised = SupervisedBeans.NONE;
    /** Null without settings for all pools. */
    private @Nullable DurableSettings durableByDefault;

    /**
     * Binds the settings of an application. Problems are kept, and reported when all bean definitions are there.
     *
     * @param environment the settings
     */
    public PoolBeanRegistrar(Environment environment) {
        this.environment = environment;
        this.problems = new SettingProblems(environment);
        this.properties = SettingsBinder.bind(environment, problems);
        PoolSpellings.check(ConfigurationPropertySources.get(environment), problems);
    }

    /**
     * The bound settings.
     *
     * @return the settings of the application
     */
    public PpoolProperties properties() {
        return properties;
    }

    /**
     * The worker beans of the pools with valid settings, by the name of the pool.
     *
     * @return the beans
     */
    public Map<String, WorkerBean> workers() {
        return workers;
    }

    /**
     * The {@code PoolSpec} beans, by the bean names of their clients.
     *
     * @return the names
     */
    public Map<String, String> specBeans() {
        return specBeans;
    }

    /**
     * The settings of the groups of this context, by name.
     *
     * @return the groups
     */
    public Map<String, PpoolProperties.Group> groups() {
        return groups;
    }

    /**
     * The supervised beans, by name.
     *
     * @return the beans
     */
    public SupervisedBeans supervised() {
        return supervised;
    }

    /**
     * The settings of a pool for durable tasks.
     *
     * @param pool the name of any pool
     * @return its settings, or those for all pools
     */
    public DurableSettings durable(String pool) {
        DurableSettings own = durable.get(pool);
        if (own == null) { // an environment variable gives the name of a bean's pool another spelling
            String spelled = PoolNames.spelledIn(ofSpecBeans.keySet(), pool);
            own = spelled == null ? null : durable.get(spelled);
        }
        if (own == null) {
            own = durableByDefault;
        }
        return own == null ? DurableSettings.DEFAULT : own;
    }

    /**
     * Refuses settings of pools that no {@code PoolSpec} bean makes. Only the beans know the names of their pools.
     *
     * @param declared the pools of all {@code PoolSpec} beans
     */
    public void checkSettingsOf(Set<String> declared) {
        SettingProblems found = new SettingProblems(environment);
        for (String name : ofSpecBeans.keySet()) {
            if (PoolNames.spelledIn(declared, name) == null) {
                found.add(PoolNames.property(name), null,
                        "there are settings under durable only, and no PoolSpec bean makes a pool of this name",
                        Nearest.asked(name, declared) + "Set its worker too, or give the pool of the bean this name.");
            }
        }
        found.throwIfAny(null);
    }

    /**
     * The source of the settings.
     *
     * @return the environment of the application
     */
    public Environment environment() {
        return environment;
    }

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
        if (registry.containsBeanDefinition(PROPERTIES_BEAN)) {
            // The settings are bound already. They are bound again only if the bean is requested.
            registry.getBeanDefinition(PROPERTIES_BEAN).setLazyInit(true);
        }
        if (registry instanceof ConfigurableListableBeanFactory beans) {
            for (String pool : WorkerBean.annotatedPools(beans)) {
                addAnnotated(pool);
            }
            inherit(beans);
        }
        for (String name : List.copyOf(properties.getPools().keySet())) {
            if (isOfSpecBean(name, registry)) {
                ofSpecBeans.put(name, Objects.requireNonNull(properties.getPools().remove(name)));
                continue;
            }
            makeWay(name, registry);
            if (inherited.contain(name)) {
                inherited.warnIfDifferent(name, Objects.requireNonNull(properties.getPools().remove(name)));
            } else {
                register(name, registry);
            }
        }
        if (registry instanceof ConfigurableListableBeanFactory beans) {
            for (String specBean : PoolSpecBeans.names(beans)) {
                registerClient(specBean, beans, registry);
            }
            GroupBeans.register(properties, inherited.groups(), beans, registry, problems);
            for (String name : AnnotatedBeans.names(beans, Supervised.class)) {
                if (SupervisedBean.isLifecycle(beans, name)) {
                    registry.registerBeanDefinition(SupervisedBean.watchName(name), watch(name, beans));
                }
            }
        }
    }

    /**
     * True for a pool with settings for durable tasks and no others, if a bean may make it. Without a worker it can't
     * be a pool of the settings.
     */
    private boolean isOfSpecBean(String name, BeanDefinitionRegistry registry) {
        if (!Objects.requireNonNull(properties.getPools().get(name)).hasOnlyDurable()
                || !(registry instanceof ConfigurableListableBeanFactory beans)
                || PoolNames.spelledIn(WorkerBean.annotatedPools(beans), name) != null) {
            return false;
        }
        List<String> clients = PoolSpecBeans.names(beans).stream().map(PoolSpecBeans::clientName).toList();
        return properties.getDefaults().getWorker() == null
                ? !clients.isEmpty() || inherited.hasSettingsOf(name)
                : PoolNames.spelledIn(clients, name) != null;
    }

    /** Finds the pools of the contexts above, the nearest context first. */
    private void inherit(ConfigurableListableBeanFactory beans) {
        BeanFactory above = beans.getParentBeanFactory();
        while (above instanceof ConfigurableListableBeanFactory parent) {
            String[] registrars = parent.getBeanNamesForType(PoolBeanRegistrar.class, true, false);
            Map<String, PoolProperties> there = Map.of();
            if (registrars.length > 0) {
                PoolBeanRegistrar registrar = parent.getBean(registrars[0], PoolBeanRegistrar.class);
                there = registrar.properties().getPools();
                inherited.addSettingsOf(registrar.ofSpecBeans.keySet());
                inherited.addGroups(registrar.groups().keySet());
            }
            for (String name : parent.getBeanDefinitionNames()) {
                if (isPool(parent, name)) {
                    inherited.add(name, there.get(name));
                }
            }
            above = parent.getParentBeanFactory();
        }
    }

    /**
     * Adds the pool of an annotation. The name of an environment variable has neither dashes nor capital letters, so
     * the annotation decides about the spelling.
     */
    private void addAnnotated(String pool) {
        String known = PoolNames.spelledIn(properties.getPools().keySet(), pool);
        if (known == null) {
            properties.getPools().put(pool, properties.getDefaults());
        } else if (known.equals(PoolNames.uniform(known)) && !known.equals(pool)) {
            properties.getPools().put(pool, Objects.requireNonNull(properties.getPools().remove(known)));
        }
    }

    private void register(String name, BeanDefinitionRegistry registry) {
        String property = PoolNames.property(name);
        ConfigurableListableBeanFactory beans = (ConfigurableListableBeanFactory) registry;
        String taken = taken(name, registry, beans);
        if (!PoolNames.isValid(name)) {
            problems.add(property, PoolNames.RULE, "Change the name, for example to my-pool.");
        } else if (taken != null) {
            problems.add(property, null, "a pool is a bean of its name, and there is another bean named '" + name
                    + "' already" + taken, NamesOfSpring.contain(name) ? renamePool(name) : rename(name));
        } else if (NamesOfSpring.contain(name)) {
            problems.add(property, null, "a pool is a bean of its name, and Spring looks up the bean '" + name
                    + "' for a purpose of its own", renamePool(name));
        } else {
            registry.registerBeanDefinition(
                    name, definition(name, property, () -> beans.getBean(PoolClients.class).handle(name)));
            if (ExecutorSettings.isExecutor(
                    properties.getPools().getOrDefault(name, properties.getDefaults()), properties.getDefaults())) {
                ExecutorBeans.register(name, beans, registry, problems);
            }
            String alias = PoolNames.camelCase(name);
            if (!registry.isBeanNameInUse(alias) && !properties.getPools().containsKey(alias)
                    && !NamesOfSpring.contain(alias)) {
                registry.registerAlias(name, alias);
            }
        }
    }

    /**
     * Renames the bean of a worker class if the pool needs its name. The natural class name in
     * {@code @PoolWorker("nagger") class Nagger} makes a component with the bean name of the pool. Only the pool uses
     * that component, so it becomes {@code naggerWorker}. The result of a {@code @Bean} method keeps the name that its
     * author chose.
     */
    private static void makeWay(String pool, BeanDefinitionRegistry registry) {
        if (registry instanceof ConfigurableListableBeanFactory beans && registry.containsBeanDefinition(pool)) {
            BeanDefinition found = registry.getBeanDefinition(pool);
            String other = workerName(pool);
            if (found.getFactoryMethodName() == null
                    && found.isPrototype()
                    && WorkerBean.isAnnotated(beans, pool, pool)
                    && !registry.isBeanNameInUse(other)) {
                registry.removeBeanDefinition(pool);
                registry.registerBeanDefinition(other, found);
            }
        }
    }

    private static String workerName(String pool) {
        return PoolNames.camelCase(pool) + "Worker";
    }

    private void registerClient(
            String specBean, ConfigurableListableBeanFactory beans, BeanDefinitionRegistry registry) {
        String client = PoolSpecBeans.clientName(specBean);
        if (registry.isBeanNameInUse(client) || NamesOfSpring.contain(client)) {
            throw new InvalidPpoolBeanException(
                    "The pool of the PoolSpec bean '" + specBean + "' is to be a bean named '" + client
                            + (registry.isBeanNameInUse(client)
                                    ? "', but there is another bean of that name."
                                    : "', but Spring looks up the bean of that name for a purpose of its own."),
                    "Rename one of the beans: a PoolSpec bean 'reportsSpec' makes the pool's client 'reports'.",
                    null);
        }
        RootBeanDefinition definition = definition(client, "the PoolSpec bean '" + specBean + "'",
                () -> beans.getBean(PoolClients.class).declared(specBean));
        registry.registerBeanDefinition(client, definition);
        specBeans.put(client, specBean);
    }

    private static RootBeanDefinition watch(String name, ConfigurableListableBeanFactory beans) {
        RootBeanDefinition definition = new RootBeanDefinition(SupervisedLifecycle.class);
        definition.setInstanceSupplier(
                () -> new SupervisedLifecycle(name, beans.getBean(name, SmartLifecycle.class)));
        // Spring then starts it after the other bean and stops it before.
        definition.setDependsOn(name);
        definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
        definition.setAttribute(BeanRegistrationAotProcessor.IGNORE_REGISTRATION_ATTRIBUTE, true);
        return definition;
    }

    private static RootBeanDefinition definition(String name, String description, Supplier<PoolClient<?>> client) {
        RootBeanDefinition definition = new RootBeanDefinition(PoolClient.class);
        definition.setInstanceSupplier(client);
        definition.setResourceDescription(description);
        definition.setAttribute(POOL_ATTRIBUTE, name);
        // Ahead-of-time processing must not write the definition down: this class registers it again when the
        // application runs.
        definition.setAttribute(BeanRegistrationAotProcessor.IGNORE_REGISTRATION_ATTRIBUTE, true);
        return definition;
    }

    /** A description of another bean with the name; null if the name is free. */
    private static @Nullable String taken(
            String name, BeanDefinitionRegistry registry, ConfigurableListableBeanFactory beans) {
        if (registry.containsBeanDefinition(name)) {
            BeanDefinition other = registry.getBeanDefinition(name);
            return other.getResourceDescription() != null
                    ? ", defined in " + other.getResourceDescription()
                    : other.getBeanClassName() != null ? " of class " + other.getBeanClassName() : "";
        }
        Object singleton = beans.getSingleton(name);
        if (singleton != null) {
            return ", of class " + singleton.getClass().getName();
        }
        return registry.isBeanNameInUse(name) ? ", by another name of it" : null;
    }

    private static String renamePool(String name) {
        return "Rename the pool, for example to " + name + "Pool.";
    }

    private static String rename(String name) {
        return "Rename the pool or the bean; the bean '" + name
                + "' can be the pool's worker under another name, such as '" + workerName(name) + "'.";
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        WorkerFactory<Object> none = () -> {
            throw new IllegalStateException("only there to check the settings");
        };
        SpecReader.checkRoot(properties, problems);
        ExecutorBeans.checkApplicationExecutor(properties, beans, problems);
        PortReader.checkDefaults(properties.getDefaults(), problems);
        Set<String> others = new TreeSet<>(specBeans.keySet());
        others.addAll(inherited.names());
        DependsOn.check(properties, others, problems);
        GroupReader.check(properties, others, problems);
        for (Map.Entry<String, PoolProperties> pool : properties.getPools().entrySet()) {
            String name = pool.getKey();
            WorkerBean worker = WorkerBean.find(beans, name, pool.getValue(), properties.getDefaults(), problems);
            SpecReader.read(name, none, properties, problems, beans.getBeanClassLoader());
            readDurable(name, pool.getValue());
            if (worker != null && isPool(beans, name)) {
                workers.put(name, worker);
                ((RootBeanDefinition) beans.getBeanDefinition(name)).setTargetType(worker.clientType());
            }
        }
        for (Map.Entry<String, PoolProperties> pool : ofSpecBeans.entrySet()) {
            readDurable(pool.getKey(), pool.getValue());
        }
        for (Map.Entry<String, String> client : specBeans.entrySet()) {
            if (isPool(beans, client.getKey())) {
                ((RootBeanDefinition) beans.getBeanDefinition(client.getKey()))
                        .setTargetType(PoolSpecBeans.clientType(beans, client.getValue()));
            }
        }
        groups.putAll(GroupBeans.typed(properties, workers, specBeans, beans, problems));
        if (DurableReader.isAnySet(properties.getDefaults(), properties)) {
            durableByDefault = DurableReader.read("", properties, problems);
        }
        supervised = SupervisedBeans.find(beans, properties, problems);
        problems.throwIfAny(null);
        problems.logWarnings();
        // The raw type of a pool may have been requested and cached meanwhile.
        beans.clearMetadataCache();
    }

    private void readDurable(String pool, PoolProperties settings) {
        if (DurableReader.isAnySet(settings, properties)) {
            durable.put(pool, DurableReader.read(pool, settings, properties, problems));
        }
    }

    /**
     * True if the definition of a name is that of the pool.
     *
     * @param beans the bean factory with the definition
     * @param name the name of a pool
     * @return false if another bean has the name, or none
     */
    public static boolean isPool(ConfigurableListableBeanFactory beans, String name) {
        return beans.containsBeanDefinition(name)
                && name.equals(beans.getBeanDefinition(name).getAttribute(POOL_ATTRIBUTE));
    }
}
