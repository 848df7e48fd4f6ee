package io.github.ppool.observer;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.filter.reactive.ServerWebExchangeContextFilter;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Hands the exchange to the endpoint, through the context, because WebFlux gives it to no actuator operation. Has
 * no effect on other paths.
 */
final class ExchangeFilter implements WebFilter {

    private final SingletonSupplier<String> path;

    ExchangeFilter(ObjectProvider<PathMappedEndpoints> endpoints) {
        this.path = SingletonSupplier.of(() -> endpoints.getObject().getPath(EndpointId.of(ObserverPage.ID)) + "/");
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        Mono<Void> next = chain.filter(exchange);
        return exchange.getRequest().getPath().pathWithinApplication().value().startsWith(path.obtain())
                ? next.contextWrite(context -> context.put(
                        ServerWebExchangeContextFilter.EXCHANGE_CONTEXT_ATTRIBUTE, exchange))
                : next;
    }
}
