package io.github.ppool.spring.boot.endpoint;

/**
 * What OTP's {@code count_children} says.
 *
 * @param pool the name of the pool
 * @param specs how many specifications there are
 * @param active how many children run
 * @param supervisors how many children are supervisors, running or not
 * @param workers how many children are workers, running or not
 */
public record CountsDescriptor(String pool, int specs, int active, int supervisors, int workers)
        implements
            EndpointAnswer {}
