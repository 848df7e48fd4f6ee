/**
 * The auto-configuration of worker pools. Its parts are packages of their own, and each uses only the packages after
 * it: {@code lifecycle} starts and stops pools and supervision trees, {@code beans} registers them as beans, and
 * {@code settings} reads the settings under {@code ppool}.
 */
@NullMarked
package io.github.ppool.spring.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
