/** The meters of durable tasks. */
@NullMarked
package io.github.ppool.durable.metrics;

import org.jspecify.annotations.NullMarked;
