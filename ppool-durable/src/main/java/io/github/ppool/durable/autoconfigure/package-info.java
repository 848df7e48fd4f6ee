/** The auto-configuration of durable tasks, and the settings under {@code ppool.durable}. */
@NullMarked
package io.github.ppool.durable.autoconfigure;

import org.jspecify.annotations.NullMarked;
