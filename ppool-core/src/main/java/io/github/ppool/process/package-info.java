/**
 * Processes with Erlang's rules on threads of the JVM: mailboxes, links, monitors, exit signals and registered names.
 *
 * <p>Begin with {@link io.github.ppool.process.ProcessSystem}, which spawns processes, and {@link
 * io.github.ppool.process.ProcessContext}, the operations of a process on itself. {@link io.github.ppool.process.Pid}
 * is the identity of a process, {@link io.github.ppool.process.ExitReason} the reason of its end. {@link
 * io.github.ppool.process.CallerRuns} lets callers run the work of an idle process.
 *
 * <p>Inside, from bottom to top: {@code ProcessCell} is the state of one process, {@code Mailbox} its messages. {@code
 * ExitSignals} carries an end to other processes. {@code ProcessThreads} finds the process of a thread, and {@code
 * ProcessSelf} has its wait loop. The public types stand on these.
 *
 * <p>A value of this package may be null only where its type is {@code @Nullable}; its text then says the meaning.
 */
@NullMarked
package io.github.ppool.process;

import org.jspecify.annotations.NullMarked;
