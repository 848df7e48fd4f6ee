/**
 * What happens after an end: restart types, restart intensity and restart plans, as pure values and
 * decisions. Nothing here has a thread or a clock; the caller says what time it is and does what a
 * {@link io.github.ppool.restart.Decision} asks for.
 *
 * <p>A {@link io.github.ppool.restart.RestartPolicy} is the configuration that many children share,
 * a {@link io.github.ppool.restart.PlanState} is the small state that each of them has. The same two
 * serve a child that ends, a worker that cannot be made and a task that failed.
 */
@NullMarked
package io.github.ppool.restart;

import org.jspecify.annotations.NullMarked;
