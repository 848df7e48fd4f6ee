/** The meters of the pools. */
@NullMarked
package io.github.ppool.spring.boot.metrics;

import org.jspecify.annotations.NullMarked;
