/** The auto-configuration of the cluster, its settings, and explanations of failures at the start. */
@NullMarked
package io.github.ppool.cluster.autoconfigure;

import org.jspecify.annotations.NullMarked;
