/** The observations of durable tasks, and the trace that leads from the enqueuing request to each attempt. */
@NullMarked
package io.github.ppool.durable.observation;

import org.jspecify.annotations.NullMarked;
