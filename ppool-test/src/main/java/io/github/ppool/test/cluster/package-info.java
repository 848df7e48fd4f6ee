/** For tests of applications with {@code ppool-cluster}: several nodes in one JVM, and a clock that stands still. */
@NullMarked
package io.github.ppool.test.cluster;

import org.jspecify.annotations.NullMarked;
