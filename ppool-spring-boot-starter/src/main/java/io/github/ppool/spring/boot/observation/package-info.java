/** The context that a task takes from its caller to the worker's process, and the observation of the task there. */
@NullMarked
package io.github.ppool.spring.boot.observation;

import org.jspecify.annotations.NullMarked;
