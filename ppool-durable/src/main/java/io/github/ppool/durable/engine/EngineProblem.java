package io.github.ppool.durable.engine;

import java.time.Duration;

/**
 * A failure of the database that the engine goes on trying to get over.
 *
 * @param step the step that fails, such as {@code claims of smtp}
 * @param failure the last failure, as a bounded text
 * @param since the time since the first failure in a row
 * @param failures the number of failures in a row
 */
public record EngineProblem(String step, String failure, Duration since, int failures) {}
