package io.github.ppool.spring.boot.beans;

import java.util.Objects;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells which bean can't work, why, and what to do. */
class InvalidPpoolBeanFailureAnalyzer extends AbstractFailureAnalyzer<InvalidPpoolBeanException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidPpoolBeanException cause) {
        return new FailureAnalysis(Objects.requireNonNull(cause.getMessage()), cause.remedy(), cause);
    }
}
