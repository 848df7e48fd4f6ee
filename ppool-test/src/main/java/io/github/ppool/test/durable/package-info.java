/** For the tests of Spring Boot applications with durable tasks. */
@NullMarked
package io.github.ppool.test.durable;

import org.jspecify.annotations.NullMarked;
