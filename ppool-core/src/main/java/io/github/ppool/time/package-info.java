/**
 * A monotonic clock and cancellable timers. Both are replaceable, so no test has to sleep.
 *
 * <p>Begin with {@link io.github.ppool.time.MonotonicClock}. {@link io.github.ppool.time.ManualClock} is the clock for
 * tests.
 *
 * <p>A value of this package may be null only where its type is {@code @Nullable}; its text then says the meaning.
 */
@NullMarked
package io.github.ppool.time;

import org.jspecify.annotations.NullMarked;
