package io.github.ppool.spring.boot.endpoint;

/**
 * A refusal of a request, in the form of Spring Boot's errors, with the reason, which Spring Boot leaves out unless
 * it is told otherwise.
 *
 * @param status the HTTP status
 * @param error the name of the status
 * @param message the reason
 */
public record ProblemDescriptor(int status, String error, String message) implements EndpointAnswer {}
