package io.github.ppool.observer;

import io.github.ppool.pool.Pools;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.ClassUtils;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;

/** The endpoint {@code observer}, in a web application with Spring Boot's actuator. */
@AutoConfiguration(after = PpoolAutoConfiguration.class)
@ConditionalOnClass({WebEndpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnWebApplication
@ConditionalOnAvailableEndpoint(endpoint = ObserverEndpoint.class, exposure = EndpointExposure.WEB)
@ConditionalOnBean(Pools.class)
@ImportRuntimeHints(PageHints.class)
public final class ObserverAutoConfiguration {

    private static final String SECURITY = "org.springframework.security.web.csrf.CsrfToken";

    /** Made by Spring. */
    public ObserverAutoConfiguration() {}

    private static ObserverPage page(ResourceLoader resources, ObjectProvider<PathMappedEndpoints> endpoints) {
        return new ObserverPage(PageFiles.read(resources.getClassLoader()), endpoints);
    }

    private static boolean hasSecurity(ResourceLoader resources) {
        return ClassUtils.isPresent(SECURITY, resources.getClassLoader());
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = Type.SERVLET)
    static class OnServlets {
        @Bean
        @ConditionalOnMissingBean
        ObserverEndpoint observerEndpoint(ResourceLoader resources, ObjectProvider<PathMappedEndpoints> endpoints) {
            boolean security = hasSecurity(resources);
            return new ObserverEndpoint(page(resources, endpoints), ServletViewer::current,
                    () -> security ? CsrfTokens.OnServlets.current() : null);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = Type.REACTIVE)
    static class OnReactive {
        @Bean
        @ConditionalOnMissingBean
        ReactiveObserverEndpoint observerEndpoint(
                ResourceLoader resources, ObjectProvider<PathMappedEndpoints> endpoints) {
            boolean security = hasSecurity(resources);
            return new ReactiveObserverEndpoint(page(resources, endpoints),
                    exchange -> security ? CsrfTokens.OnReactive.of(exchange) : Mono.empty());
        }

        @Bean
        WebFilter observerExchangeFilter(ObjectProvider<PathMappedEndpoints> endpoints) {
            return new ExchangeFilter(endpoints);
        }
    }
}
