/** The actuator endpoint {@code ppool}. */
@NullMarked
package io.github.ppool.spring.boot.endpoint;

import org.jspecify.annotations.NullMarked;
