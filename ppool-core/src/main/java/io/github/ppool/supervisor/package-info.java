/**
 * Supervisors: processes that start, stop and restart other processes, by restart types as OTP's {@code supervisor} and
 * by restart plans as director.
 *
 * <p>Begin with {@link io.github.ppool.supervisor.SupervisorSpec} and {@link io.github.ppool.supervisor.ChildSpec}, the
 * specifications, and {@link io.github.ppool.supervisor.Supervisor}, which starts a supervisor and is its handle.
 *
 * <p>Inside, from top to bottom: {@code SupervisorClient} sends requests, {@code SupervisorProcess} takes them, {@code
 * SupervisorRequests} carries them out. {@code RestartLogic} is the place where a crash becomes a restart. {@code
 * Children} is the table of children, and {@code SupervisorReports} writes the log and calls the listener.
 *
 * <p>A value of this package may be null only where its type is {@code @Nullable}; its text then says the meaning.
 */
@NullMarked
package io.github.ppool.supervisor;

import org.jspecify.annotations.NullMarked;
