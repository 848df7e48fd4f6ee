package io.github.ppool.durable.beans;

import io.github.ppool.durable.DurableQueue;
import io.github.ppool.spring.boot.settings.PoolNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/**
 * Finds the {@code PoolTask} methods of all beans and registers a {@link DurableQueue} for each of them. It works when
 * all definitions are registered and the pools know the types of their workers. No bean is made.
 */
public final class DurableQueueRegistrar implements BeanDefinitionRegistryPostProcessor {

    /** The attribute of a queue's definition. Its value is the name of the tasks. */
    static final String TASK_ATTRIBUTE = DurableQueueRegistrar.class.getName() + ".task";

    private final Environment environment;
    private TaskMethods methods;

    /**
     * A registrar that has found no queue yet.
     *
     * @param environment resolves placeholders in annotations
     */
    public DurableQueueRegistrar(Environment environment) {
        this.environment = environment;
        this.methods = TaskMethods.NONE;
    }

    TaskMethods methods() {
        return methods;
    }

    /** Has no effect: the types of the pools' workers are not known yet. */
    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {}

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        methods = TaskMethods.find(beans, environment);
        if (methods.list().isEmpty()) {
            return;
        }
        BeanDefinitionRegistry registry = (BeanDefinitionRegistry) beans;
        Map<String, String> queues = new LinkedHashMap<>();
        for (TaskMethod method : methods.list()) {
            queues.put(method.name(), register(method, beans, registry));
        }
        useNamesOfParameters(queues, beans);
        // A missing queue may have been requested and cached meanwhile.
        beans.clearMetadataCache();
    }

    private static String register(
            TaskMethod method, ConfigurableListableBeanFactory beans, BeanDefinitionRegistry registry) {
        String name = method.name();
        RootBeanDefinition definition = new RootBeanDefinition(DurableQueue.class);
        definition.setTargetType(ResolvableType.forClassWithGenerics(DurableQueue.class, method.payload()));
        definition.setInstanceSupplier(() -> beans.getBean(StoredQueues.class).of(method));
        definition.setResourceDescription("@PoolTask method " + method.source());
        definition.setAttribute(TASK_ATTRIBUTE, name);
        // Ahead-of-time processing must not write the definition down: this class registers it again when the
        // application runs.
        definition.setAttribute(BeanRegistrationAotProcessor.IGNORE_REGISTRATION_ATTRIBUTE, true);
        String bean = name;
        while (registry.isBeanNameInUse(bean)) {
            bean += "Queue";
        }
        if (!bean.equals(name)) {
            definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, name));
        }
        registry.registerBeanDefinition(bean, definition);
        return bean;
    }

    /**
     * Lets the name of a parameter select a queue: {@code sendMail} for {@code send-mail}. An alias does it, unless
     * another bean has the name, such as that of the class with the method.
     */
    private static void useNamesOfParameters(Map<String, String> queues, ConfigurableListableBeanFactory beans) {
        Map<String, String> hidden = new LinkedHashMap<>();
        queues.forEach((task, bean) -> {
            for (String name : parameterNames(task)) {
                if (!((BeanDefinitionRegistry) beans).isBeanNameInUse(name)) {
                    beans.registerAlias(bean, name);
                } else if (!List.of(beans.getAliases(bean)).contains(name) && !bean.equals(name)) {
                    hidden.putIfAbsent(name, bean);
                }
            }
        });
        if (!hidden.isEmpty() && beans instanceof DefaultListableBeanFactory factory) {
            factory.setAutowireCandidateResolver(
                    new QueueNames(factory.getAutowireCandidateResolver(), hidden, factory));
        }
    }

    /** The names of parameters and fields that mean the tasks of a name. */
    static List<String> parameterNames(String task) {
        List<String> names = new ArrayList<>();
        names.add(task);
        String camelCase = PoolNames.camelCase(task.replace('.', '-'));
        if (!camelCase.equals(task)) {
            names.add(camelCase);
        }
        return names;
    }
}
