package io.github.ppool.spring.boot.beans;

import io.github.ppool.spring.boot.settings.InvalidPoolSettingsFailureAnalyzer;
import io.github.ppool.spring.boot.settings.PoolNames;
import io.github.ppool.spring.boot.settings.SettingProblems;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/** Explains that a bean that other code looks up by its name is a pool, so that the pool needs another name. */
class PoolBeanTypeFailureAnalyzer extends AbstractFailureAnalyzer<BeanNotOfRequiredTypeException> {

    private final ConfigurableListableBeanFactory beans;
    private final Environment environment;

    PoolBeanTypeFailureAnalyzer(BeanFactory beans, Environment environment) {
        this.beans = (ConfigurableListableBeanFactory) beans;
        this.environment = environment;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BeanNotOfRequiredTypeException cause) {
        String asked = cause.getBeanName();
        if (!beans.containsBeanDefinition(asked)
                || !(beans.getBeanDefinition(asked)
                        .getAttribute(PoolBeanRegistrar.POOL_ATTRIBUTE) instanceof String pool)) {
            return null;
        }
        SettingProblems problems = new SettingProblems(environment);
        problems.add(PoolNames.property(pool), null,
                "a pool is a bean of its name, and a bean of the type " + cause.getRequiredType().getName()
                        + " is looked up by that name",
                "Rename the pool, for example to " + pool + "Pool.");
        return new InvalidPoolSettingsFailureAnalyzer().analyze(rootFailure, problems.exception(cause));
    }
}
