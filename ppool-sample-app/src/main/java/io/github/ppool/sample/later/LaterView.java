package io.github.ppool.sample.later;

import java.time.Instant;

/**
 * A reminder.
 *
 * @param id its number, which is that of the durable task
 * @param key the key of the task, from which the {@code Message-ID} of the mail is made
 * @param state the state of the task, or {@code sent}
 * @param at the time at which it is sent or was sent
 * @param attempts the number of attempts
 */
record LaterView(long id, String key, String state, Instant at, int attempts) {}
