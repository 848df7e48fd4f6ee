/**
 * Supervised worker pools. This package holds nothing of its own; each part has a package below it, and each uses only
 * those before it: {@code time}, {@code process}, {@code restart} and {@code genserver}, {@code supervisor},
 * {@code pool}.
 */
@NullMarked
package io.github.ppool;

import org.jspecify.annotations.NullMarked;
