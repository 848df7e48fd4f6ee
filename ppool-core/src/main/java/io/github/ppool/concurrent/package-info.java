/**
 * Concurrent data structures that the pools' engine is built of, and that know no pool: a lock, queues, a heap, the
 * state word of a lease, and the actions that follow a locked section. Not part of the API, and not exported.
 *
 * <p>Most of them are guarded by a lock that their owner has; each type says which of its methods are not.
 */
@NullMarked
package io.github.ppool.concurrent;

import org.jspecify.annotations.NullMarked;
