/** What goes with a task from the thread that hands it over to the worker's process, and its observation there. */
@NullMarked
package io.github.ppool.spring.boot.observation;

import org.jspecify.annotations.NullMarked;
