/**
 * Keeps foreign code from doing harm: listeners, factories, predicates, messages of exceptions and whatever else the
 * library calls but did not write. {@link io.github.ppool.guard.ForeignCode} calls it, {@link
 * io.github.ppool.guard.ForeignText} and {@link io.github.ppool.guard.FailureText} turn its objects into text, {@link
 * io.github.ppool.guard.GuardedLog} writes that text, on one line each ({@link io.github.ppool.guard.VisibleText}), and
 * {@link io.github.ppool.guard.StackReserve} makes sure that a caller's full stack does not stop the library half-way.
 * Uses no other package.
 */
@NullMarked
package io.github.ppool.guard;

import org.jspecify.annotations.NullMarked;
