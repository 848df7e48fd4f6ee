/** Reminders by e-mail: what a Spring Boot application with two supervised pools looks like. */
@NullMarked
package io.github.ppool.sample;

import org.jspecify.annotations.NullMarked;
