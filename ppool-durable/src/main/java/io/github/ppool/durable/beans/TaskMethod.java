package io.github.ppool.durable.beans;

import io.github.ppool.durable.engine.TaskHandler;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * A method that is annotated with {@code PoolTask}. Only the definition of its bean has been inspected.
 *
 * @param bean the name of the bean
 * @param type the class of the bean
 * @param method the method
 * @param pool the name of the pool
 * @param name the name of the tasks
 * @param version the version of the payload
 * @param transactional true if an attempt is a transaction that ends the task first
 * @param timeout the longest time of an attempt; null for the pool's
 * @param fireTimes the schedule; null for none
 * @param parameters the kinds of the parameters, in their order
 * @param payload the type of the payload; {@code Void} if there is none
 */
record TaskMethod(
        String bean,
        Class<?> type,
        Method method,
        String pool,
        String name,
        int version,
        boolean transactional,
        @Nullable Duration timeout,
        TaskHandler.@Nullable FireTimes fireTimes,
        List<Parameter> parameters,
        ResolvableType payload) {

    /** A kind of parameter. */
    enum Parameter {
        PAYLOAD, WORKER, TASK
    }

    boolean hasPayload() {
        return parameters.contains(Parameter.PAYLOAD);
    }

    /** The method as messages name it. */
    String source() {
        return source(type, method);
    }

    static String source(Class<?> type, Method method) {
        return ClassUtils.getUserClass(type).getName() + "." + method.getName();
    }
}
