/**
 * The observer: an actuator endpoint that is a page. The page shows pools, supervision trees, processes and tasks
 * while they run, and has the actions of the endpoint {@code ppool}.
 */
@NullMarked
package io.github.ppool.observer;

import org.jspecify.annotations.NullMarked;
