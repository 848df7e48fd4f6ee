/**
 * The node's work on the table of tasks: claims, attempts, plans, the tasks of dead nodes, delayed tasks. Not for
 * applications.
 */
@NullMarked
package io.github.ppool.durable.engine;

import org.jspecify.annotations.NullMarked;
