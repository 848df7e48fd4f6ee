/** The health of durable tasks. */
@NullMarked
package io.github.ppool.durable.health;

import org.jspecify.annotations.NullMarked;
