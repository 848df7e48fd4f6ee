package io.github.ppool.spring.boot.autoconfigure;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.WorkerFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.env.Environment;

/**
 * Registers one {@link PoolClient} bean for each pool, and checks all settings before any bean is made.
 *
 * <p>In two steps: the names are registered with all other definitions, so that everybody who looks at definitions sees them; the
 * types of the workers follow when all definitions are there, because a worker is named by its bean. Not ordered, so that it comes
 * after the post-processors that are. A {@code BeanRegistrar} could do the first step but sees neither other definitions nor
 * their types.
 */
final class PoolBeanRegistrar implements BeanDefinitionRegistryPostProcessor {

    /** Says on a definition that it is the bean of a pool, and of which one. */
    static final String POOL_ATTRIBUTE = PoolBeanRegistrar.class.getName() + ".pool";

    private final Environment environment;
    private final SettingProblems problems;
    private final PpoolProperties properties;
    private final Map<String, WorkerBean> workers = new LinkedHashMap<>();

    PoolBeanRegistrar(Environment environment) {
        this.environment = environment;
        this.problems = new SettingProblems(environment);
        PpoolProperties bound = SettingsBinder.bind(environment);
        this.properties = bound.withPools(new LinkedHashMap<>(bound.pools()));
    }

    PpoolProperties properties() {
        return properties;
    }

    /** The workers of the pools whose settings are right, by the name of the pool. */
    Map<String, WorkerBean> workers() {
        return workers;
    }

    Environment environment() {
        return environment;
    }

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
        if (registry instanceof ConfigurableListableBeanFactory beans) {
            for (String pool : WorkerBean.annotatedPools(beans)) {
                properties.pools().putIfAbsent(pool, properties.defaults());
            }
        }
        for (String name : properties.pools().keySet()) {
            if (!PoolNames.isValid(name)) {
                problems.add(PoolNames.property(name), PoolNames.RULE, "Change the name, for example to my-pool.");
            } else if (registry.containsBeanDefinition(name)) {
                problems.add(PoolNames.property(name), taken(name, registry.getBeanDefinition(name)), rename(name));
            } else {
                registry.registerBeanDefinition(name, definition(name, registry));
                String alias = PoolNames.camelCase(name);
                if (!registry.isBeanNameInUse(alias) && !properties.pools().containsKey(alias)) {
                    registry.registerAlias(name, alias);
                }
            }
        }
    }

    private static RootBeanDefinition definition(String name, BeanDefinitionRegistry registry) {
        ConfigurableListableBeanFactory beans = (ConfigurableListableBeanFactory) registry;
        RootBeanDefinition definition = new RootBeanDefinition(PoolClient.class);
        definition.setInstanceSupplier(() -> beans.getBean(ConfiguredPools.class).handle(name));
        definition.setResourceDescription(PoolNames.property(name));
        definition.setAttribute(POOL_ATTRIBUTE, name);
        // Ahead-of-time processing must not write the definition down: this class registers it again when the application runs.
        definition.setAttribute(BeanRegistrationAotProcessor.IGNORE_REGISTRATION_ATTRIBUTE, true);
        return definition;
    }

    private static String taken(String name, BeanDefinition other) {
        String from = other.getResourceDescription() != null
                ? ", defined in " + other.getResourceDescription()
                : other.getBeanClassName() != null ? " of class " + other.getBeanClassName() : "";
        return "a pool is a bean of its name, and there is another bean named '" + name + "' already" + from;
    }

    private static String rename(String name) {
        return "Rename the pool or the bean; the bean '" + name
                + "' can be the pool's worker under another name, such as '" + PoolNames.camelCase(name) + "Worker'.";
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        WorkerFactory<Object> none = () -> {
            throw new IllegalStateException("only there to check the settings");
        };
        SpecReader.checkRoot(properties, problems);
        properties.pools().forEach((name, pool) -> {
            String named = pool.worker() != null ? pool.worker() : properties.defaults().worker();
            WorkerBean worker = WorkerBean.find(beans, name, named, problems);
            SpecReader.read(name, none, properties, problems, beans.getBeanClassLoader());
            if (worker != null && isPool(beans, name)) {
                workers.put(name, worker);
                ((RootBeanDefinition) beans.getBeanDefinition(name)).setTargetType(worker.clientType());
            }
        });
        problems.throwIfAny(null);
        // Whoever asked for the type of a pool meanwhile was told the raw one, and that was cached.
        beans.clearMetadataCache();
    }

    /** Whether the definition of this name is that of the pool. */
    static boolean isPool(ConfigurableListableBeanFactory beans, String name) {
        return beans.containsBeanDefinition(name)
                && name.equals(beans.getBeanDefinition(name).getAttribute(POOL_ATTRIBUTE));
    }
}
