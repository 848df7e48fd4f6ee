/** Calls, messages and hops between processes: ppool's, and the actors and processes of others. */
@NullMarked
package io.github.ppool.benchmarks.processes;

import org.jspecify.annotations.NullMarked;
