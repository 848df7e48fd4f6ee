/** The meters of this node in the cluster, in an application with a Micrometer registry. */
@NullMarked
package io.github.ppool.cluster.metrics;

import org.jspecify.annotations.NullMarked;
