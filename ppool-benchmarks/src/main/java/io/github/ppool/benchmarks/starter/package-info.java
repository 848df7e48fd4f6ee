/** What users of the Spring Boot starter get, beside what the same application offers without it. */
@NullMarked
package io.github.ppool.benchmarks.starter;

import org.jspecify.annotations.NullMarked;
