/**
 * The auto-configuration of worker pools. Its parts stand in packages of their own, each of which uses only those
 * after it: {@code lifecycle} starts and stops pools and supervision trees, {@code beans} makes them beans, and
 * {@code settings} reads what is set under {@code ppool}.
 */
@NullMarked
package io.github.ppool.spring.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
