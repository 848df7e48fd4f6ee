package io.github.ppool.spring.boot.executor;

import io.github.ppool.spring.boot.PoolAsync;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.aop.interceptor.SimpleAsyncUncaughtExceptionHandler;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.util.ClassUtils;

/**
 * Puts {@link PoolAsyncInterceptor} around the beans with such methods, before the interceptors that a bean has
 * already: these run on the worker's process, within each attempt.
 */
final class PoolAsyncProxies extends AbstractBeanFactoryAwareAdvisingPostProcessor {

    private static final long serialVersionUID = 1L;

    private final transient PoolAsyncCalls calls;

    PoolAsyncProxies(ConfigurableBeanFactory beans, ClassLoader classLoader) {
        setBeforeExistingAdvisors(true);
        setBeanClassLoader(classLoader);
        setBeanFactory(beans);
        calls = new PoolAsyncCalls(beans, text -> {
            String resolved = beans.resolveEmbeddedValue(text);
            return resolved == null ? "" : resolved;
        });
        advisor = new DefaultPointcutAdvisor(
                new AnnotationMatchingPointcut(null, PoolAsync.class, true),
                new PoolAsyncInterceptor(calls, () -> uncaught(beans)));
    }

    private static AsyncUncaughtExceptionHandler uncaught(BeanFactory beans) {
        AsyncConfigurer configurer = beans.getBeanProvider(AsyncConfigurer.class).getIfUnique();
        AsyncUncaughtExceptionHandler handler = configurer == null
                ? null
                : configurer.getAsyncUncaughtExceptionHandler();
        return handler != null ? handler : new SimpleAsyncUncaughtExceptionHandler();
    }

    /** Also checks the methods of the class, which may be that of a bean with a proxy already. */
    @Override
    protected boolean isEligible(Class<?> targetClass) {
        boolean eligible = super.isEligible(targetClass);
        if (eligible) {
            calls.check(ClassUtils.getUserClass(targetClass));
        }
        return eligible;
    }
}
