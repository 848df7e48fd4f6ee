package io.github.ppool.spring.boot.executor;

import io.github.ppool.spring.boot.PoolAsync;
import io.github.ppool.spring.boot.PoolTaskExecutor;
import io.github.ppool.spring.boot.settings.PoolNames;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.aopalliance.intercept.MethodInterceptor;
import org.springframework.aop.Advisor;
import org.springframework.aop.Pointcut;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.AsyncAnnotationAdvisor;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** The {@code @Async} methods of beans that Spring has made proxies of, for {@link AsyncPostProcessor}. Any thread. */
final class AsyncMethods {

    private final ConfigurableListableBeanFactory beans;
    private final Map<Advisor, AsyncAdvice> replaced = new ConcurrentHashMap<>();

    private record AsyncAdvice(AsyncInterceptor interceptor, Advisor advisor) {}

    AsyncMethods(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    /** Replaces Spring's interceptors of a bean, and checks its methods. */
    void replaceInterceptors(Object bean, Advised proxy) {
        for (Advisor advisor : proxy.getAdvisors()) {
            if (advisor instanceof AsyncAnnotationAdvisor async
                    && async.getAdvice() instanceof MethodInterceptor ofSpring) {
                AsyncAdvice advice = replaced.computeIfAbsent(async, one -> advice(async, ofSpring));
                Class<?> type = ClassUtils.getUserClass(AopUtils.getTargetClass(bean));
                check(type, async.getPointcut(), advice.interceptor);
                proxy.replaceAdvisor(async, advice.advisor);
            }
        }
    }

    private AsyncAdvice advice(AsyncAnnotationAdvisor async, MethodInterceptor ofSpring) {
        AsyncInterceptor interceptor = new AsyncInterceptor(ofSpring, beans);
        return new AsyncAdvice(interceptor, new DefaultPointcutAdvisor(async.getPointcut(), interceptor));
    }

    private void check(Class<?> type, Pointcut asynchronous, AsyncInterceptor interceptor) {
        ReflectionUtils.doWithMethods(type, method -> {
            if (asynchronous.getMethodMatcher().matches(method, type)) {
                check(method, interceptor);
            }
        }, method -> !method.isBridge() && !method.isSynthetic() && method.getDeclaringClass() != Object.class);
    }

    private void check(Method method, AsyncInterceptor interceptor) {
        try {
            String name = name(interceptor.qualifier(method));
            checkAlone(method);
            if (!name.isEmpty() && isPool(name) && executors(name).isEmpty()) {
                refuse(method, name);
            }
            if (KeyArgument.of(method) != null) {
                checkKey(name);
            }
        } catch (IllegalArgumentException refused) {
            throw UnusableMethodException.of(method, refused);
        }
    }

    /** The pool is no executor, or has another name as the qualifier of its executor. */
    private void refuse(Method method, String name) {
        for (String other : beans.getAliases(name)) {
            if (!executors(other).isEmpty()) {
                throw UnusableMethodException.of(method, "Write @Async(\"" + other + "\").",
                        new IllegalArgumentException("@Async names the pool '" + other + "' by its alias '" + name
                                + "', which its executor does not have"));
            }
        }
        throw UnusableMethodException.of(method,
                "Set " + PoolNames.property(name) + ".executor to true, or annotate the method with @PoolAsync,"
                        + " which takes any pool.",
                new IllegalArgumentException("@Async names the pool '" + name + "', which is no executor"));
    }

    private String name(String qualifier) {
        String name = new EmbeddedValueResolver(beans).resolveStringValue(qualifier);
        return name == null ? "" : name;
    }

    private static void checkAlone(Method method) {
        if (AnnotatedElementUtils.hasAnnotation(method, PoolAsync.class)) {
            throw new IllegalArgumentException("it has @Async, too, and would be handed over twice");
        }
    }

    private void checkKey(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("it has a parameter with @PoolKey, so @Async must name a pool");
        }
        List<String> found = executors(name);
        if (!found.isEmpty() && !found.stream().allMatch(bean -> beans.isTypeMatch(bean, PoolTaskExecutor.class))) {
            throw new IllegalArgumentException("it has a parameter with @PoolKey, and @Async names '" + name
                    + "', which is no executor of a pool");
        }
    }

    private boolean isPool(String name) {
        return PoolAsyncCalls.isPool(name, beans);
    }

    /** The executors that Spring would find by a name. No bean is made. */
    private List<String> executors(String name) {
        return Arrays.stream(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(
                beans, Executor.class, true, false))
                .filter(bean -> BeanFactoryAnnotationUtils.isQualifierMatch(name::equals, bean, beans))
                .toList();
    }
}
