package io.github.ppool.spring.boot.endpoint;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/** Makes the exceptions that refuse a request to the endpoint. */
final class Refusal {

    private Refusal() {}

    /** An exception with a reason, which the answer shows. */
    static InvalidEndpointRequestException of(String reason) {
        return new InvalidEndpointRequestException(reason, reason);
    }

    static InvalidEndpointRequestException supervisorNotRunning(String name) {
        return of("the supervisor of '" + name + "' does not run");
    }
}
