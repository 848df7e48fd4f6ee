package io.github.ppool.sample.nagger;

import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolRejectedException;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * The refusals of pools, as problem details (RFC 9457). The message of the exception states the limit and the reason.
 */
@RestControllerAdvice
@Order(0)
class NaggerProblems {

    @ExceptionHandler
    ProblemDetail noPlaceFree(NoPlaceFreeException refused) {
        return problem(HttpStatus.TOO_MANY_REQUESTS, "All places are taken", refused);
    }

    /** Status 429 means that the load is too high at the moment. Status 503 means that the client is not the reason. */
    @ExceptionHandler
    ProblemDetail refused(PoolException refused) {
        return refused instanceof PoolRejectedException
                ? problem(HttpStatus.TOO_MANY_REQUESTS, "The pool has no room", refused)
                : problem(HttpStatus.SERVICE_UNAVAILABLE, "The pool is not available", refused);
    }

    @ExceptionHandler
    ProblemDetail noNewNaggers(NoNewNaggersException refused) {
        return problem(HttpStatus.SERVICE_UNAVAILABLE, "The application is stopping", refused);
    }

    @ExceptionHandler
    ProblemDetail noSuchNagger(NoSuchNaggerException missing) {
        return problem(HttpStatus.NOT_FOUND, "No such nagger", missing);
    }

    private static ProblemDetail problem(HttpStatus status, String title, RuntimeException reason) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, reason.getMessage());
        problem.setTitle(title);
        return problem;
    }
}
