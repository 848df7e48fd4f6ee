/** Programs that use a pool for long or by many, and print figures. */
@NullMarked
package io.github.ppool.soak;

import org.jspecify.annotations.NullMarked;
