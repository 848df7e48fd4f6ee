/** For the tests of Spring Boot applications. */
@NullMarked
package io.github.ppool.test.spring;

import org.jspecify.annotations.NullMarked;
