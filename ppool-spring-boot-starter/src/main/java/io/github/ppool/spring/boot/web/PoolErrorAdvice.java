package io.github.ppool.spring.boot.web;

import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolInterruptedException;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.ShedReason;
import io.github.ppool.pool.WorkerUnavailableException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;
import org.springframework.context.MessageSource;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.ResponseStatus;

/**
 * Answers a request after a {@link PoolException} of its controller, which may be the cause of another exception. The
 * answer is a problem detail with status 503, or 429 if the queue of the pool is full or its rate is used up, and the
 * header {@code Retry-After}: the time that the rate tells, or else that of the settings. The message of the exception
 * contains names of pools and threads. It is therefore logged at level DEBUG, and is not part of the answer.
 *
 * <p>This advice is the last one. An {@code @ExceptionHandler} of the application takes precedence. An exception with a
 * status of its own, as {@link ErrorResponse} or by {@link ResponseStatus}, keeps that status.
 *
 * <p>The texts are messages, with the codes that {@link ErrorResponse} defines for the class of the exception:
 * {@code problemDetail.io.github.ppool.pool.CheckoutTimeoutException}, for example.
 */
@ControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
final class PoolErrorAdvice {

    private static final GuardedLog LOG = GuardedLog.of(PoolErrorAdvice.class);
    /** The largest number of causes to follow. A chain of causes may have no end. */
    private static final int DEEPEST = 32;

    /** Supplies the value of the header. Called for the first answer, because most applications never need it. */
    private final Supplier<Duration> retryAfter;
    private final MessageSource messages;

    PoolErrorAdvice(Supplier<Duration> retryAfter, MessageSource messages) {
        this.retryAfter = retryAfter;
        this.messages = messages;
    }

    /**
     * Answers a request.
     *
     * @param thrown the exception of the controller; Spring finds this method for its causes too
     * @param locale the locale of the request
     * @return the answer
     * @throws Throwable the same exception, if it defines its own status; Spring then continues as if this method did
     *     not exist
     */
    @ExceptionHandler(PoolException.class)
    ErrorResponse answer(Throwable thrown, Locale locale) throws Throwable {
        Throwable cause = thrown;
        for (int i = 0; i < DEEPEST && cause != null; i++) {
            if (cause instanceof PoolException refusal) {
                LOG.debug("A request was answered with {}", status(refusal), thrown);
                return answer(refusal, locale);
            }
            if (saysItsStatus(cause)) {
                throw thrown;
            }
            cause = cause.getCause();
        }
        throw thrown;
    }

    private static boolean saysItsStatus(Throwable thrown) {
        return thrown instanceof ErrorResponse
                || AnnotatedElementUtils.hasAnnotation(thrown.getClass(), ResponseStatus.class);
    }

    private ErrorResponse answer(PoolException refusal, Locale locale) {
        ErrorResponse.Builder answer = ErrorResponse.builder(refusal, status(refusal), detail(refusal));
        Duration after = refusal.retryAfter().orElseGet(retryAfter);
        if (!after.isZero()) {
            answer.header(HttpHeaders.RETRY_AFTER, seconds(after));
        }
        return answer.build(messages, locale);
    }

    private static String seconds(Duration after) {
        long whole = Math.min(after.getSeconds(), Integer.MAX_VALUE);
        return String.valueOf(after.getNano() > 0 ? whole + 1 : whole);
    }

    private static HttpStatus status(PoolException refusal) {
        return refusal.retryAfter().isPresent()
                || refusal instanceof PoolRejectedException rejected && rejected.isQueueFull()
                        ? HttpStatus.TOO_MANY_REQUESTS
                        : HttpStatus.SERVICE_UNAVAILABLE;
    }

    private static String detail(PoolException refusal) {
        return switch (refusal) {
            case CheckoutTimeoutException timeout -> "The service is busy.";
            case PoolRejectedException rejected -> rejected.isQueueFull()
                    ? "Too many requests are waiting."
                    : rejected.shedReason() == ShedReason.MAX_WAIT
                            ? "The service is busy."
                            : "The service accepts no requests at the moment.";
            case WorkerUnavailableException unavailable -> "A service that the request needs is not available.";
            case PoolStoppedException stopped -> "The service accepts no requests at the moment.";
            case PoolInterruptedException interrupted -> "The service has interrupted the request.";
        };
    }
}
