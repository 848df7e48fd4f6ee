package io.github.ppool.spring.boot.executor;

import io.github.ppool.spring.boot.PoolAsync;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanClassLoaderAware;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Looks for beans with methods that have {@link PoolAsync}, and leaves them to {@link PoolAsyncProxies}. That one is
 * made for the first such bean: it needs forty classes of Spring, and most applications have no such method.
 *
 * <p>The methods of each bean must be looked at. Beans of Spring itself have no such method and are skipped, which
 * leaves few.
 */
final class PoolAsyncPostProcessor
        implements
            SmartInstantiationAwareBeanPostProcessor,
            BeanFactoryAware,
            BeanClassLoaderAware,
            Ordered {

    /** Whether a class has such a method. */
    private final Map<Class<?>, Boolean> known = new ConcurrentHashMap<>();
    private ConfigurableBeanFactory beans;
    private ClassLoader classLoader = Objects.requireNonNull(ClassUtils.getDefaultClassLoader());
    /** A {@link PoolAsyncProxies}. Spring looks at the fields and methods here, and would load that type. */
    private volatile @Nullable SmartInstantiationAwareBeanPostProcessor proxies;

    @SuppressWarnings("NullAway.Init") // Spring sets the bean factory before it uses the bean
    PoolAsyncPostProcessor() {}

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        beans = (ConfigurableBeanFactory) beanFactory;
    }

    @Override
    public void setBeanClassLoader(ClassLoader loader) {
        classLoader = loader;
    }

    /** Before {@link AsyncPostProcessor}, which has no order. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public Class<?> determineBeanType(Class<?> beanClass, String beanName) {
        return concerns(beanClass) ? proxies().determineBeanType(beanClass, beanName) : beanClass;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        Class<?> type = bean instanceof Advised ? AopUtils.getTargetClass(bean) : bean.getClass();
        return concerns(type)
                ? Objects.requireNonNull(proxies().postProcessAfterInitialization(bean, beanName))
                : bean;
    }

    private SmartInstantiationAwareBeanPostProcessor proxies() {
        SmartInstantiationAwareBeanPostProcessor made = proxies;
        if (made == null) {
            synchronized (this) {
                made = proxies == null ? new PoolAsyncProxies(beans, classLoader) : proxies;
                proxies = made;
            }
        }
        return made;
    }

    private boolean concerns(Class<?> type) {
        if (type.getName().startsWith("org.springframework.")) {
            return false;
        }
        Boolean concerns = known.get(type);
        if (concerns == null) {
            Class<?> user = ClassUtils.getUserClass(type);
            concerns = hasSuchMethod(user);
            if (!concerns) {
                PoolAsyncCalls.checkKeys(user, beans);
            }
            known.put(type, concerns);
        }
        return concerns;
    }

    private static boolean hasSuchMethod(Class<?> type) {
        for (Class<?> of = type; of != null && of != Object.class; of = of.getSuperclass()) {
            if (declaresSuchMethod(of)) {
                return true;
            }
        }
        for (Class<?> of : ClassUtils.getAllInterfacesForClass(type)) {
            if (declaresSuchMethod(of)) {
                return true;
            }
        }
        return false;
    }

    private static boolean declaresSuchMethod(Class<?> type) {
        for (Method method : ReflectionUtils.getDeclaredMethods(type)) {
            if (method.isAnnotationPresent(PoolAsync.class)) {
                return true;
            }
        }
        return false;
    }
}
