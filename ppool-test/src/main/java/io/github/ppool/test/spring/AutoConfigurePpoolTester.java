package io.github.ppool.test.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.PropertyMapping;

/**
 * On a test of a Spring Boot application, beside {@code @SpringBootTest}: makes a
 * {@link io.github.ppool.test.PpoolTester} a bean and, if asked for, has all pools, trees and supervised beans live by
 * a {@link io.github.ppool.time.ManualClock}, which is a bean too.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
@PropertyMapping("spring.test.ppool")
public @interface AutoConfigurePpoolTester {

    /**
     * If true, the time of pools stands still until the test moves it on with {@code PpoolTester.advance}. Time outside
     * of ppool, such as that of Spring's scheduling, goes by the real clock.
     *
     * @return true if the time stands still
     */
    boolean manualClock() default false;
}
