package io.github.ppool.durable;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * Hands tasks of one name over. A bean of this type exists for each {@link PoolTask}: it is injected by the type of the
 * payload, or by the name of the tasks as a qualifier or as the name of the parameter ({@code sendMail} for {@code
 * send-mail}). OTP and poolboy have no counterpart: their messages end with the node.
 *
 * <p>Within a transaction of the application's {@code DataSource}, the task exists if and only if the transaction
 * commits. The call joins the transactions that {@code JdbcTemplate} joins, those of JPA, too. In a transaction that is
 * {@code readOnly} it fails if the database refuses to write; H2 takes no notice. Without a transaction, the call is
 * one of its own.
 *
 * <p>All methods may be called from any thread; they block for one statement. A database that fails throws Spring's
 * {@code DataAccessException}; then no task is handed over, unless the answer to a commit was lost.
 *
 * @param <P> the type of the payload
 */
public interface DurableQueue<P> {

    /**
     * Hands a task over that begins as soon as a worker is free.
     *
     * @param payload the payload; null only if the method has no payload
     * @return the task
     * @throws IllegalArgumentException if the payload can't be written as JSON, or is longer than {@code
     *     ppool.durable.longest-payload}; no task is handed over
     */
    EnqueuedTask enqueue(P payload);

    /**
     * Hands several tasks over, by one statement for each thousand and in one transaction.
     *
     * @param payloads the payloads; none is allowed
     * @return the tasks, in the same order
     * @throws IllegalArgumentException as {@link #enqueue}; then none of them is handed over
     */
    List<EnqueuedTask> enqueueAll(Collection<? extends P> payloads);

    /**
     * Begins a hand-over with options.
     *
     * @return options without any; an immutable value, of which several tasks may be made
     */
    Options<P> with();

    /**
     * The options of a task. Each method returns new options.
     *
     * @param <P> the type of the payload
     */
    interface Options<P> {

        /**
         * Sets a key: of one name and key there is at most one unfinished task. A second hand-over returns the first
         * task.
         *
         * @param key 1 to 200 characters
         * @return new options
         * @throws IllegalArgumentException if the key is empty or too long
         */
        Options<P> key(String key);

        /**
         * Delays the task.
         *
         * @param delay from the hand-over by the database's clock; zero for none
         * @return new options, without a time of {@link #at}
         * @throws IllegalArgumentException if the delay is negative or above ten years
         */
        Options<P> delay(Duration delay);

        /**
         * Sets the time before which the task does not begin.
         *
         * @param time by the database's clock; a time that has passed means at once
         * @return new options, without a delay
         * @throws IllegalArgumentException if the time has passed by more than a day, or is more than ten years ahead
         */
        Options<P> at(Instant time);

        /**
         * Sets the priority. A task is served before those of the next lower priority that are up to {@code
         * ppool.durable.ageing} older. So none starves.
         *
         * @param priority from -1000 to 1000, 0 by default; higher is served first
         * @return new options
         * @throws IllegalArgumentException if the priority is beyond these
         */
        Options<P> priority(int priority);

        /**
         * Sets the partition, such as a customer. The setting {@code durable.partition-rate} of the pool holds for each
         * partition, and partitions are served in turns.
         *
         * @param partition 1 to 200 characters
         * @return new options
         * @throws IllegalArgumentException if the partition is empty or too long
         * @throws IllegalStateException if the pool has neither {@code durable.partition-rate} nor {@code
         *     durable.partitions}
         */
        Options<P> partition(String partition);

        /**
         * Hands a task over with these options.
         *
         * @param payload as for {@link DurableQueue#enqueue}
         * @return the task
         * @throws IllegalArgumentException as {@link DurableQueue#enqueue}
         */
        EnqueuedTask enqueue(P payload);

        /**
         * Hands several tasks over with these options.
         *
         * @param payloads as for {@link DurableQueue#enqueueAll}
         * @return the tasks, in the same order
         * @throws IllegalArgumentException as {@link DurableQueue#enqueueAll}, or if there is a key and more than one
         *     payload
         */
        List<EnqueuedTask> enqueueAll(Collection<? extends P> payloads);
    }
}
