package io.github.ppool.spring.boot.endpoint;

/**
 * The reason why a request was refused, in the form of Spring Boot's error responses. Spring Boot omits the reason by
 * default.
 *
 * @param status the HTTP status
 * @param error the name of the status
 * @param message the reason
 */
public record ProblemDescriptor(int status, String error, String message) implements EndpointAnswer {}
