/** Single reminders, which wait in the database for their time. */
@NullMarked
package io.github.ppool.sample.later;

import org.jspecify.annotations.NullMarked;
