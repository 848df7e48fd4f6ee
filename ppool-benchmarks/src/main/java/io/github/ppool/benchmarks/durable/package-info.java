/** Tasks in a database: ppool-durable beside other libraries, on the same PostgreSQL. */
@NullMarked
package io.github.ppool.benchmarks.durable;

import org.jspecify.annotations.NullMarked;
