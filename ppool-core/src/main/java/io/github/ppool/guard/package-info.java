/**
 * Guards against foreign code: listeners, factories, predicates, messages of exceptions and all else that the library
 * calls but did not write.
 *
 * <p>Begin with {@link io.github.ppool.guard.ForeignCode}, which calls foreign code. {@link
 * io.github.ppool.guard.ForeignText} and {@link io.github.ppool.guard.FailureText} turn its objects into text. {@link
 * io.github.ppool.guard.GuardedLog} writes that text, on one line each ({@link io.github.ppool.guard.VisibleText}).
 * {@link io.github.ppool.guard.StackReserve} makes sure that a full stack of the caller does not stop the library
 * between two steps. Uses no other package.
 */
@NullMarked
package io.github.ppool.guard;

import org.jspecify.annotations.NullMarked;
