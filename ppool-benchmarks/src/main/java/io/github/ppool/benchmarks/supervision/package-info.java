/** Start, end, kill and list supervised children: ppool beside its peers. */
@NullMarked
package io.github.ppool.benchmarks.supervision;

import org.jspecify.annotations.NullMarked;
