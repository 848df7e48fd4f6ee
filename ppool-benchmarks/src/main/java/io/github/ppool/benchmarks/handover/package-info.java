/** Hand a task over to one of ten workers: ppool beside its peers. */
@NullMarked
package io.github.ppool.benchmarks.handover;

import org.jspecify.annotations.NullMarked;
