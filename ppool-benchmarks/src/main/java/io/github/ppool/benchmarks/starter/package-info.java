/** The Spring Boot starter as users get it, beside the means that the same application has without it. */
@NullMarked
package io.github.ppool.benchmarks.starter;

import org.jspecify.annotations.NullMarked;
