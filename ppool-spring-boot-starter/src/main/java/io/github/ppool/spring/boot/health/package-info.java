/** The health of the pools. */
@NullMarked
package io.github.ppool.spring.boot.health;

import org.jspecify.annotations.NullMarked;
