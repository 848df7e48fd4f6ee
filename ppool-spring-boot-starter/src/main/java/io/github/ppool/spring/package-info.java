/**
 * Worker pools from {@code application.yml}, as beans of a Spring Boot application.
 */
@NullMarked
package io.github.ppool.spring;

import org.jspecify.annotations.NullMarked;
