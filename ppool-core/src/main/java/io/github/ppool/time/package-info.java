/** A monotonic clock and cancellable timers, both replaceable, so that no test has to sleep. */
@NullMarked
package io.github.ppool.time;

import org.jspecify.annotations.NullMarked;
