package io.github.ppool.durable;

import tools.jackson.core.type.TypeReference;

/**
 * Makes queues for tasks whose {@link PoolTask} method runs in another application of the same database: a web
 * application hands over the work of a batch application. A bean. OTP and poolboy have no counterpart.
 *
 * <p>A queue is cheap; it is usual to make it a bean:
 *
 * <pre>{@code
 * @Bean
 * DurableQueue<Mail> sendMail(DurableQueues queues) {
 *     return queues.queue("smtp", "send-mail", 2, Mail.class);
 * }
 * }</pre>
 *
 * <p>The pool need not exist in this application, so its settings may be unknown here: then each task may have a
 * partition. Tasks that no application has a method for wait until there is one.
 *
 * <p>All methods may be called from any thread and do not block.
 */
public interface DurableQueues {

    /**
     * Makes a queue for payloads of a class.
     *
     * @param pool the name of the pool that runs the tasks
     * @param name the name of the tasks, as in {@link PoolTask#name}
     * @param version the version of the payload, 1 or more
     * @param payload the class of the payload; {@code Void} if the method has none
     * @param <P> the type of the payload
     * @return a queue
     * @throws IllegalArgumentException if a name or the version is none, or a method of this application runs the tasks
     *     of that name on another pool
     */
    <P> DurableQueue<P> queue(String pool, String name, int version, Class<P> payload);

    /**
     * Makes a queue for payloads of a generic type, such as {@code List<Mail>}.
     *
     * @param pool the name of the pool that runs the tasks
     * @param name the name of the tasks, as in {@link PoolTask#name}
     * @param version the version of the payload, 1 or more
     * @param payload the type of the payload
     * @param <P> the type of the payload
     * @return a queue
     * @throws IllegalArgumentException as for the other method
     */
    <P> DurableQueue<P> queue(String pool, String name, int version, TypeReference<P> payload);
}
