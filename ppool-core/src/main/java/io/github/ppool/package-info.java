/**
 * Supervised worker pools. The parts are packages below this one; each uses only those before it: {@code guard},
 * {@code time}, {@code process}, {@code restart}, {@code genserver}, {@code supervisor}, {@code concurrent},
 * {@code pool}. A user of pools begins with {@code pool}.
 */
@NullMarked
package io.github.ppool;

import org.jspecify.annotations.NullMarked;
