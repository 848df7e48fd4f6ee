/**
 * Support for tests of applications that use ppool. Needs AssertJ; Spring is needed only by
 * {@code io.github.ppool.test.spring}.
 */
@NullMarked
package io.github.ppool.test;

import org.jspecify.annotations.NullMarked;
