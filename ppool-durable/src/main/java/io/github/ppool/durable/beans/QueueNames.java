package io.github.ppool.durable.beans;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanDefinitionHolder;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.beans.factory.support.AutowireCandidateResolver;

/**
 * Selects a queue by the name of a parameter if another bean has that name: the natural name {@code SendMail} of a
 * class with the method makes a bean {@code sendMail}, and Spring selects by the names of beans alone. Only queues are
 * concerned; for all other beans, and all other decisions, it asks the resolver that was there.
 */
final class QueueNames implements AutowireCandidateResolver {

    private final AutowireCandidateResolver resolver;
    /** The names of queues by the names that other beans have. */
    private final Map<String, String> queues;
    private final ConfigurableListableBeanFactory beans;

    QueueNames(
            AutowireCandidateResolver resolver, Map<String, String> queues, ConfigurableListableBeanFactory beans) {
        this.resolver = resolver;
        this.queues = queues;
        this.beans = beans;
    }

    @Override
    public boolean isAutowireCandidate(BeanDefinitionHolder candidate, DependencyDescriptor dependency) {
        if (!resolver.isAutowireCandidate(candidate, dependency)) {
            return false;
        }
        String name = dependency.getDependencyName();
        String named = name == null ? null : queues.get(name);
        if (named == null || named.equals(candidate.getBeanName())
                || !candidate.getBeanDefinition().hasAttribute(DurableQueueRegistrar.TASK_ATTRIBUTE)) {
            return true;
        }
        // Another queue has the name. It is meant if it has the type, too.
        BeanDefinition other = beans.getMergedBeanDefinition(named);
        return !resolver.isAutowireCandidate(
                new BeanDefinitionHolder(other, named, beans.getAliases(named)), dependency);
    }

    @Override
    public boolean isRequired(DependencyDescriptor dependency) {
        return resolver.isRequired(dependency);
    }

    @Override
    public boolean hasQualifier(DependencyDescriptor dependency) {
        return resolver.hasQualifier(dependency);
    }

    @Override
    public @Nullable String getSuggestedName(DependencyDescriptor dependency) {
        return resolver.getSuggestedName(dependency);
    }

    @Override
    public @Nullable Object getSuggestedValue(DependencyDescriptor dependency) {
        return resolver.getSuggestedValue(dependency);
    }

    @Override
    public @Nullable Object getLazyResolutionProxyIfNecessary(
            DependencyDescriptor dependency, @Nullable String beanName) {
        return resolver.getLazyResolutionProxyIfNecessary(dependency, beanName);
    }

    @Override
    public @Nullable Class<?> getLazyResolutionProxyClass(
            DependencyDescriptor dependency, @Nullable String beanName) {
        return resolver.getLazyResolutionProxyClass(dependency, beanName);
    }

    @Override
    public AutowireCandidateResolver cloneIfNecessary() {
        return new QueueNames(resolver.cloneIfNecessary(), queues, beans);
    }
}
