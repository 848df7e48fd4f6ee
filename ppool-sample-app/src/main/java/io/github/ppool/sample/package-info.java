/**
 * Reminders by e-mail, sent through supervised pools.
 */
@NullMarked
package io.github.ppool.sample;

import org.jspecify.annotations.NullMarked;
