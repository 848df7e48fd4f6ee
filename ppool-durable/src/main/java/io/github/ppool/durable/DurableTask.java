package io.github.ppool.durable;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The task that an attempt runs, a parameter of a {@link PoolTask} method. To be used during the attempt only, by its
 * thread or others.
 */
public interface DurableTask {

    /** {@return the id of the task, unique in its database} */
    long id();

    /** {@return the name of the tasks} */
    String name();

    /** {@return the version of the payload in the row} */
    int version();

    /**
     * Returns the idempotency key, for a system that is not in the transaction: a mail's {@code Message-ID}, a
     * payment's key. It is the same in all attempts.
     *
     * @return the key that the task was handed over with, or a text that is unique in its database
     */
    String key();

    /** {@return the partition; empty if there is none} */
    Optional<String> partition();

    /** {@return the number of this attempt, 1 for the first} Attempts that ended with their node count. */
    int attempt();

    /**
     * Returns a number that only grows from one attempt of this task to the next: a fencing token. A system that
     * remembers the greatest one can refuse an attempt that another node has overtaken. An attempt that the orderly
     * stop of its node breaks off does not count: its thread has left the method by then, and the next attempt has the
     * same number and token.
     *
     * @return a positive number
     */
    long token();

    /** {@return the time of the hand-over, by the database's clock} */
    Instant enqueuedAt();

    /**
     * Shows the progress to operators. It is written with the next heartbeat, within a fifth of the lease. The last
     * one is kept if the attempt fails. That of a {@link PoolTask#transactional} method is shown too: it is no
     * part of the transaction. Does not block.
     *
     * @param percent 0 to 100
     * @param text a short text, of which the first 200 characters are kept; null for none
     * @throws IllegalArgumentException if the percent are beyond these
     */
    void progress(int percent, @Nullable String text);

    /**
     * Stores a state that the next attempt gets, if there is one: the place from which it goes on. Within a transaction
     * that the method has begun itself, the state is part of it. Without one it is stored at once. Blocks for a
     * statement.
     *
     * <p>In a {@link PoolTask#transactional} method the state is checked and not stored: the task ends with the
     * method's transaction, or all that the attempt did is undone.
     *
     * @param state a value that Jackson writes; null removes the former one
     * @throws IllegalArgumentException if the value can't be written, or is longer than {@code
     *     ppool.durable.longest-payload}; the former state stays
     * @throws IllegalStateException if the attempt has lost the task to another node; the method should end
     */
    void checkpoint(@Nullable Object state);

    /**
     * Returns the state that an earlier attempt has stored.
     *
     * @param type the class of the state
     * @param <T> the type of the state
     * @return the state; empty if there is none
     * @throws IllegalArgumentException if the state is not of that type
     */
    <T> Optional<T> checkpoint(Class<T> type);

    /**
     * Tells if this node still holds the task. False after its lease was lost: then another attempt may run elsewhere.
     *
     * @return false if the method should end
     */
    boolean isHeld();
}
