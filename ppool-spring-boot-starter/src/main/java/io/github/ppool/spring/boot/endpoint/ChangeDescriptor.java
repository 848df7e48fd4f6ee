package io.github.ppool.spring.boot.endpoint;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What came of something that an operator did.
 *
 * @param pool the name of the pool
 * @param action what was asked
 * @param changed whether it changed anything: a pool that runs is not resumed, for example
 */
public record ChangeDescriptor(String pool, String action, boolean changed) implements OperationResponseBody {}
