package io.github.ppool.spring.boot.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.spring.boot.PoolAsync;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.util.ReflectionUtils;

/** Which beans get a proxy. */
class PoolAsyncPostProcessorTest {

    interface Mails {
        @PoolAsync("mails")
        default void send() {}
    }

    static class OfInterface implements Mails {}

    static class Base {
        @PoolAsync("mails")
        public void send() {}
    }

    static class OfSuperclass extends Base {}

    static class Own {
        @PoolAsync("mails")
        public void send() {}
    }

    static class Plain {
        public void send() {}
    }

    private final PoolAsyncPostProcessor processor = new PoolAsyncPostProcessor();

    PoolAsyncPostProcessorTest() {
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        beans.registerBeanDefinition("mails", new RootBeanDefinition(PoolClient.class));
        processor.setBeanFactory(beans);
    }

    @ParameterizedTest
    @ValueSource(classes = {OfInterface.class, OfSuperclass.class, Own.class})
    void a_method_of_the_class_a_superclass_or_an_interface_counts(Class<?> type) throws Exception {
        Object bean = ReflectionUtils.accessibleConstructor(type).newInstance();
        assertThat(processor.determineBeanType(type, "bean")).isNotEqualTo(type);
        assertThat(AopUtils.isAopProxy(processor.postProcessAfterInitialization(bean, "bean"))).isTrue();
    }

    @Test
    void a_bean_without_such_a_method_stays_as_it_is() {
        Plain bean = new Plain();
        assertThat(processor.determineBeanType(Plain.class, "bean")).isEqualTo(Plain.class);
        assertThat(processor.postProcessAfterInitialization(bean, "bean")).isSameAs(bean);
    }
}
