/**
 * Processes as Erlang knows them, on threads of the JVM: mailboxes, links, monitors, exit signals and registered names.
 *
 * <p>{@link io.github.ppool.process.ProcessSystem} is where to begin.
 */
@NullMarked
package io.github.ppool.process;

import org.jspecify.annotations.NullMarked;
