package io.github.ppool.spring.boot.beans;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.spring.boot.PoolTaskExecutor;
import io.github.ppool.spring.boot.TaskDecorators;
import io.github.ppool.spring.boot.settings.ExecutorSettings;
import io.github.ppool.spring.boot.settings.GroupReader;
import io.github.ppool.spring.boot.settings.PoolNames;
import io.github.ppool.spring.boot.settings.PpoolProperties;
import io.github.ppool.spring.boot.settings.SettingProblems;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * Registers the executors of pools and groups. The name of the pool is the qualifier of its executor, because the bean
 * of that name is the client. An executor is no default candidate: an application that asks for any executor gets
 * Spring Boot's
 * own.
 */
final class ExecutorBeans {

    private static final String APPLICATION_EXECUTOR = "applicationTaskExecutor";

    private ExecutorBeans() {}

    static void register(String pool, ConfigurableListableBeanFactory beans, BeanDefinitionRegistry registry,
            SettingProblems problems) {
        register(pool, PoolNames.property(pool), () -> beans.getBean(PoolClients.class).handle(pool), beans, registry,
                problems);
    }

    static void registerForGroup(String group, ConfigurableListableBeanFactory beans, BeanDefinitionRegistry registry,
            SettingProblems problems) {
        register(group, GroupReader.property(group), () -> beans.getBean(PoolClients.class).group(group), beans,
                registry, problems);
    }

    private static void register(String pool, String property, Supplier<PoolClient<?>> client,
            ConfigurableListableBeanFactory beans, BeanDefinitionRegistry registry, SettingProblems problems) {
        String name = ExecutorSettings.beanName(pool);
        if (registry.isBeanNameInUse(name) || beans.containsSingleton(name) || NamesOfSpring.contain(name)) {
            problems.add(property + ".executor",
                    NamesOfSpring.contain(name)
                            ? "the executor is a bean named '" + name
                                    + "', and Spring looks up the bean of that name for a purpose of its own"
                            : "the executor is a bean named '" + name + "', and there is another bean of that name",
                    "Rename the " + (property.equals(PoolNames.property(pool)) ? "pool" : "group") + " or the bean.");
            return;
        }
        RootBeanDefinition definition = new RootBeanDefinition(PoolTaskExecutor.class);
        definition.setInstanceSupplier(() -> new PoolTaskExecutor(client.get(), TaskDecorators.of(beans)));
        definition.setResourceDescription(property + ".executor");
        definition.setDefaultCandidate(false);
        definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, pool));
        definition.setAttribute(BeanRegistrationAotProcessor.IGNORE_REGISTRATION_ATTRIBUTE, true);
        registry.registerBeanDefinition(name, definition);
    }

    /** An application with an executor of its own can't have a pool in its place. */
    static void checkApplicationExecutor(
            PpoolProperties properties, ConfigurableListableBeanFactory beans, SettingProblems problems) {
        ExecutorSettings.checkApplicationExecutor(properties, problems);
        if (properties.getApplicationExecutor() != null && beans.containsBeanDefinition(APPLICATION_EXECUTOR)) {
            BeanDefinition found = beans.getBeanDefinition(APPLICATION_EXECUTOR);
            if (!PoolTaskExecutor.class.equals(beans.getType(APPLICATION_EXECUTOR, false))) {
                problems.add("ppool.application-executor",
                        "there is a bean named '" + APPLICATION_EXECUTOR + "' already"
                                + (found.getResourceDescription() == null
                                        ? ""
                                        : ", defined in " + found.getResourceDescription()),
                        "Remove the setting, or the bean.");
            }
        }
    }
}
