package io.github.ppool.durable;

/**
 * A task that was handed over. An immutable value.
 *
 * @param id the id of the task, unique in its database
 * @param isNew false if an unfinished task of the same name and key was there: then it is that one, and no task
 *     was handed over
 */
public record EnqueuedTask(long id, boolean isNew) {}
