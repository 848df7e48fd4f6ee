/** Naggers, which run in the pool {@code nagger}. */
@NullMarked
package io.github.ppool.sample.nagger;

import org.jspecify.annotations.NullMarked;
