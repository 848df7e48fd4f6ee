package io.github.ppool.spring.boot.endpoint;

/**
 * The answer of OTP's {@code count_children}.
 *
 * @param pool the name of the pool or the tree
 * @param specs the number of child specifications
 * @param active the number of children that run
 * @param supervisors the number of children that are supervisors, running or not
 * @param workers the number of children that are workers, running or not
 */
public record CountsDescriptor(String pool, int specs, int active, int supervisors, int workers)
        implements
            EndpointAnswer {}
