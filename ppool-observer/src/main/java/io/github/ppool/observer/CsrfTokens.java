package io.github.ppool.observer;

import org.jspecify.annotations.Nullable;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The tokens of Spring Security, which leaves them with the request. */
final class CsrfTokens {

    /** Apart from {@link OnReactive}, since an application has either servlets or WebFlux. */
    static final class OnServlets {

        /** The token of the calling thread's request; null without protection. A token of the session makes one. */
        static @Nullable CsrfHeader current() {
            RequestAttributes request = RequestContextHolder.getRequestAttributes();
            return request != null && request.getAttribute(
                    CsrfToken.class.getName(), RequestAttributes.SCOPE_REQUEST) instanceof CsrfToken token
                            ? new CsrfHeader(token.getHeaderName(), token.getToken())
                            : null;
        }

        private OnServlets() {}
    }

    /** See {@link OnServlets}. */
    static final class OnReactive {

        /** The token of a request; empty without protection. */
        static Mono<CsrfHeader> of(ServerWebExchange exchange) {
            return exchange.getAttribute(
                    org.springframework.security.web.server.csrf.CsrfToken.class.getName()) instanceof Mono<?> token
                            ? token.cast(org.springframework.security.web.server.csrf.CsrfToken.class)
                                    .map(found -> new CsrfHeader(found.getHeaderName(), found.getToken()))
                            : Mono.empty();
        }

        private OnReactive() {}
    }

    private CsrfTokens() {}
}
