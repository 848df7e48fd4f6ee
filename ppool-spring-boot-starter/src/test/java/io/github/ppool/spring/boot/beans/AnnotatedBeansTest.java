package io.github.ppool.spring.boot.beans;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.spring.boot.PoolWorker;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.MethodInvokingFactoryBean;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;

class AnnotatedBeansTest {

    @PoolWorker("naggers")
    static class Nagger {

        static Nagger made() {
            return new Nagger();
        }
    }

    static class LouderNagger extends Nagger {}

    @Configuration(proxyBeanMethods = false)
    static class Naggers {

        @Bean
        @Scope(BeanDefinition.SCOPE_PROTOTYPE)
        Nagger ofMethod() {
            return new Nagger();
        }

        @Bean
        String other() {
            return "";
        }
    }

    @Test
    void those_of_methods_classes_factories_and_singletons_are_found_as_spring_finds_them() {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.register(Naggers.class);
            context.registerBean("ofClass", LouderNagger.class);
            RootBeanDefinition factory = new RootBeanDefinition(MethodInvokingFactoryBean.class);
            factory.getPropertyValues().add("targetClass", Nagger.class).add("targetMethod", "made");
            context.registerBeanDefinition("ofFactory", factory);
            DefaultListableBeanFactory beans = context.getDefaultListableBeanFactory();
            beans.registerSingleton("ofSingleton", new Nagger());
            context.refresh();
            List<String> names = AnnotatedBeans.names(beans, PoolWorker.class);
            assertThat(names).contains("ofMethod", "ofClass", "ofFactory", "ofSingleton")
                    .containsExactlyInAnyOrder(beans.getBeanNamesForAnnotation(PoolWorker.class));
        }
    }

    @Test
    void a_definition_without_an_own_bean_is_passed_over() {
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        RootBeanDefinition template = new RootBeanDefinition(Nagger.class);
        template.setAbstract(true);
        beans.registerBeanDefinition("template", template);
        assertThat(AnnotatedBeans.names(beans, PoolWorker.class)).isEmpty();
    }

    @Test
    void the_types_of_springs_own_beans_are_not_looked_up() {
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        RootBeanDefinition ofSpring = new RootBeanDefinition();
        ofSpring.setBeanClassName("org.springframework.boot.no.such.Type"); // a look at it would fail
        beans.registerBeanDefinition("ofSpring", ofSpring);
        beans.registerBeanDefinition("nagger", new RootBeanDefinition(Nagger.class));
        assertThat(AnnotatedBeans.names(beans, PoolWorker.class)).containsExactly("nagger");
    }

    @Test
    void the_result_of_a_static_method_is_found() {
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        RootBeanDefinition ofUser = new RootBeanDefinition(Nagger.class);
        ofUser.setFactoryMethodName("made");
        beans.registerBeanDefinition("made", ofUser);
        assertThat(AnnotatedBeans.names(beans, PoolWorker.class)).containsExactly("made");
    }
}
