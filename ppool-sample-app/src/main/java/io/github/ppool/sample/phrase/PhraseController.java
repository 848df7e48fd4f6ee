package io.github.ppool.sample.phrase;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.port.Port;
import io.github.ppool.port.PortException;
import jakarta.validation.Valid;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Puts tasks into other words. Each worker of the pool {@code phrases} is a program in Python. */
@RestController
@RequestMapping("/phrases")
class PhraseController {

    private final ObjectProvider<PoolClient<Port>> phrases;
    private final JsonMapper json;

    PhraseController(ObjectProvider<PoolClient<Port>> phrases, JsonMapper json) {
        this.phrases = phrases;
        this.json = json;
    }

    /** Borrows a program, sends it one line, and reads its answer, which is one line. */
    @PostMapping
    Phrase phrase(@Valid @RequestBody PhraseRequest request) throws PortException {
        String line = json.writeValueAsString(request);
        String answer = pool().transactionResult(program -> program.request(line));
        return json.readValue(answer, Phrase.class);
    }

    /** Whether there are programs, for the page. */
    @GetMapping
    Programs programs() {
        return new Programs(phrases.getIfAvailable() != null);
    }

    /** The caller gets the end of the program that was at work for it. The next caller gets another program. */
    @ExceptionHandler
    ProblemDetail programEnded(PortException ended) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, ended.getMessage());
        problem.setTitle("The program has ended");
        return problem;
    }

    private PoolClient<Port> pool() {
        PoolClient<Port> pool = phrases.getIfAvailable();
        if (pool != null) {
            return pool;
        }
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                HttpStatus.NOT_FOUND, "there is no python3 in the PATH, so the profile python is not active");
        problem.setTitle("No program");
        throw new ErrorResponseException(HttpStatus.NOT_FOUND, problem, null);
    }

    /**
     * The programs of this application.
     *
     * @param python whether the pool {@code phrases} is there
     */
    record Programs(boolean python) {}
}
