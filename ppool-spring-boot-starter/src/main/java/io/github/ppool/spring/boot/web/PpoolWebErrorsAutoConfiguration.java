package io.github.ppool.spring.boot.web;

import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.spring.boot.settings.PpoolProperties;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.MessageSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;

/** HTTP status for the exceptions of pools, in an application with Spring MVC or WebFlux. */
@AutoConfiguration(after = PpoolAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnClass({ControllerAdvice.class, ErrorResponse.class})
@Conditional(OnWebErrors.class)
@ConditionalOnBean(PpoolProperties.class)
public final class PpoolWebErrorsAutoConfiguration {

    /** Made by Spring. */
    public PpoolWebErrorsAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    PoolErrorAdvice ppoolErrorAdvice(ObjectProvider<PpoolProperties> properties, MessageSource messages) {
        // The settings become a bean only when that bean is requested.
        return new PoolErrorAdvice(
                SingletonSupplier.of(() -> properties.getObject().getWeb().getErrors().getRetryAfter()), messages);
    }
}
