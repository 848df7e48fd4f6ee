package io.github.ppool.observer;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/** A request on WebFlux. */
record ReactiveViewer(ServerWebExchange exchange) implements Viewer {

    @Override
    public @Nullable String header(String name) {
        return exchange.getRequest().getHeaders().getFirst(name);
    }

    @Override
    public boolean answerWith(String name, String value) {
        exchange.getResponse().getHeaders().set(name, value);
        return true;
    }

    @Override
    public void varyBy(String name) {
        exchange.getResponse().getHeaders().add(HttpHeaders.VARY, name);
    }
}
