package io.github.ppool.spring.boot.executor;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.Advised;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Lets {@code @Async} methods that name a pool have its plan, and checks them when their bean is made: Spring would
 * find a wrong name with the first call. It puts {@link AsyncInterceptor} in the place of Spring's interceptor.
 *
 * <p>It has no order, so it comes after Spring's post-processor, which has one and makes the proxy.
 *
 * <p>{@link AsyncMethods} does the work. Spring looks at the methods of this class, and would load all types in them.
 * An application without a proxy needs none of these types.
 */
final class AsyncPostProcessor implements BeanPostProcessor, BeanFactoryAware {

    private ConfigurableListableBeanFactory beans;
    private volatile @Nullable AsyncMethods methods;

    @SuppressWarnings("NullAway.Init") // Spring sets the bean factory before it uses the bean
    AsyncPostProcessor() {}

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        this.beans = (ConfigurableListableBeanFactory) beanFactory;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof Advised proxy && !proxy.isFrozen()) {
            methods().replaceInterceptors(bean, proxy);
        }
        return bean;
    }

    private AsyncMethods methods() {
        AsyncMethods made = methods;
        if (made == null) {
            synchronized (this) {
                made = methods == null ? new AsyncMethods(beans) : methods;
                methods = made;
            }
        }
        return made;
    }
}
