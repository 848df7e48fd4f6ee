/**
 * Supervisors: processes that start, stop and restart others, as OTP's {@code supervisor} does by restart types and as
 * director does by restart plans.
 *
 * <p>{@link io.github.ppool.supervisor.Supervisor} is where to begin.
 */
@NullMarked
package io.github.ppool.supervisor;

import org.jspecify.annotations.NullMarked;
