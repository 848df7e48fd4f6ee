/**
 * Restart types, restart intensity and restart plans, as pure values and decisions. No class here has a thread or a
 * clock. The caller passes the time and carries out the {@link io.github.ppool.restart.Decision}.
 *
 * <p>Begin with {@link io.github.ppool.restart.RestartPlan}, the language of plans, and {@link
 * io.github.ppool.restart.RestartPolicy}, the configuration that many children share. {@link
 * io.github.ppool.restart.PlanState} is the small state of one child in its plan. The same two serve an ended child, a
 * worker that can't be made, and a failed task. {@link io.github.ppool.restart.RestartIntensity} and its window stand
 * for OTP's bound of restarts.
 *
 * <p>A value of this package may be null only where its type is {@code @Nullable}; its text then says the meaning.
 */
@NullMarked
package io.github.ppool.restart;

import org.jspecify.annotations.NullMarked;
