package io.github.ppool.durable.beans;

import io.github.ppool.durable.PoolTask;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Registers for a native image the methods that run tasks and the classes of their payloads. It is a bean of its own,
 * because Spring omits beans of this kind from the application that it generates.
 */
public final class TaskHints implements BeanFactoryInitializationAotProcessor {

    private final DurableQueueRegistrar registrar;

    /**
     * Hints for the methods that a registrar has found.
     *
     * @param registrar has found the methods
     */
    public TaskHints(DurableQueueRegistrar registrar) {
        this.registrar = registrar;
    }

    @Override
    public BeanFactoryInitializationAotContribution processAheadOfTime(ConfigurableListableBeanFactory beans) {
        return (context, code) -> contribute(registrar.methods(), context.getRuntimeHints());
    }

    private static void contribute(TaskMethods methods, RuntimeHints hints) {
        hints.reflection().registerType(PoolTask.class, MemberCategory.INVOKE_DECLARED_METHODS);
        BindingReflectionHintsRegistrar payloads = new BindingReflectionHintsRegistrar();
        for (TaskMethod method : methods.list()) {
            hints.reflection().registerMethod(method.method(), ExecutableMode.INVOKE);
            if (method.hasPayload()) {
                payloads.registerReflectionHints(hints.reflection(), method.payload().getType());
            }
        }
    }
}
