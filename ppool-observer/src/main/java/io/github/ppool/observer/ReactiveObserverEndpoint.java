package io.github.ppool.observer;

import java.util.Optional;
import java.util.function.Function;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.core.io.Resource;
import org.springframework.web.filter.reactive.ServerWebExchangeContextFilter;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The observer's page as an actuator endpoint, on WebFlux; otherwise as {@link ObserverEndpoint}. Any thread may call
 * it. It does not block.
 */
@WebEndpoint(id = ObserverPage.ID, defaultAccess = Access.READ_ONLY)
public class ReactiveObserverEndpoint {

    private final ObserverPage page;
    private final Function<ServerWebExchange, Mono<CsrfHeader>> csrf;

    /**
     * @param page the answers
     * @param csrf finds the token that belongs to a request
     */
    ReactiveObserverEndpoint(ObserverPage page, Function<ServerWebExchange, Mono<CsrfHeader>> csrf) {
        this.page = page;
        this.csrf = csrf;
    }

    /**
     * Leads to the page.
     *
     * @return a small HTML page, which refers the browser to {@code observer/page}
     */
    @ReadOperation(produces = ObserverPage.HTML)
    public Mono<WebEndpointResponse<Resource>> entrance() {
        return Mono.fromSupplier(page::entrance);
    }

    /**
     * A file of the page.
     *
     * @param name {@code page} for the page itself, the name of a script, a style or an image, or {@code session.json}
     * @return the file with its content type; status 404 if there is none of that name
     */
    @ReadOperation(produces = {
            ObserverPage.HTML, ObserverPage.SCRIPT, ObserverPage.STYLE, ObserverPage.IMAGE, ObserverPage.JSON})
    public Mono<WebEndpointResponse<Resource>> file(@Selector String name) {
        return Mono.deferContextual(context -> {
            // ExchangeFilter has put it there.
            Optional<ServerWebExchange> exchange = ServerWebExchangeContextFilter.getExchange(context);
            Viewer viewer = exchange.<Viewer>map(ReactiveViewer::new).orElse(Viewer.UNKNOWN);
            if (!name.equals(ObserverPage.SESSION)) {
                return Mono.fromSupplier(() -> page.file(name, viewer));
            }
            return exchange.map(csrf).orElse(Mono.empty())
                    .map(token -> page.session(viewer, token))
                    .switchIfEmpty(Mono.fromSupplier(() -> page.session(viewer, null)));
        });
    }
}
