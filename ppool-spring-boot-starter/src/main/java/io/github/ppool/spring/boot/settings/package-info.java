/**
 * The settings under {@code ppool}: binds and checks them, reports every problem at once, and reads the specifications
 * of the pools from them.
 *
 * <p>Internal: apart from {@link io.github.ppool.spring.boot.settings.PpoolProperties} and its parts, types are public
 * only because the other packages of the starter use them. An application must not use them; they may change in any
 * release.
 */
@NullMarked
package io.github.ppool.spring.boot.settings;

import org.jspecify.annotations.NullMarked;
