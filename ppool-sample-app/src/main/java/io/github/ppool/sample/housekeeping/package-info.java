/** Work of the cluster that one instance does at a time, in the profile {@code cluster}. */
@NullMarked
package io.github.ppool.sample.housekeeping;

import org.jspecify.annotations.NullMarked;
