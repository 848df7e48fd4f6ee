package io.github.ppool.spring.boot.beans;

import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * The beans with an annotation of ppool, as {@link ConfigurableListableBeanFactory#getBeanNamesForAnnotation} finds
 * them, without looking at the beans of Spring itself. Spring Boot defines hundreds. It would find out the type of
 * each,
 * and forget all these types at the end of the phase in which ppool asks.
 */
final class AnnotatedBeans {

    private static final String SPRING = "org.springframework.";
    /** Applications of users. */
    private static final String SAMPLES = SPRING + "samples.";

    private AnnotatedBeans() {}

    /** The names of the beans, in the order of their definitions. No bean is made, except a factory of beans. */
    static List<String> names(ConfigurableListableBeanFactory beans, Class<? extends Annotation> annotation) {
        List<String> names = new ArrayList<>();
        for (String name : beans.getBeanDefinitionNames()) {
            BeanDefinition definition = beans.getBeanDefinition(name);
            if (!definition.isAbstract() && !isOfSpring(definition)
                    && beans.findAnnotationOnBean(name, annotation) != null) {
                names.add(name);
            }
        }
        for (String name : beans.getSingletonNames()) {
            if (!beans.containsBeanDefinition(name) && beans.findAnnotationOnBean(name, annotation) != null) {
                names.add(name);
            }
        }
        return names;
    }

    /** Whether a class of Spring is the bean, or makes it. A {@code FactoryBean} of Spring may make any bean. */
    private static boolean isOfSpring(BeanDefinition definition) {
        String maker = definition instanceof AnnotatedBeanDefinition annotated
                && annotated.getFactoryMethodMetadata() != null
                        ? annotated.getFactoryMethodMetadata().getDeclaringClassName()
                        : definition.getFactoryMethodName() == null ? definition.getBeanClassName() : null;
        return maker != null && maker.startsWith(SPRING) && !maker.startsWith(SAMPLES)
                && !maker.endsWith("FactoryBean");
    }
}
