/** Reminders by e-mail: an example of a Spring Boot application with two supervised pools. */
@NullMarked
package io.github.ppool.sample;

import org.jspecify.annotations.NullMarked;
