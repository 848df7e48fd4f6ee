package io.github.ppool.spring.boot.beans;

import java.util.Objects;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains that a bean can't be used: the bean, the reason and the remedy. */
class InvalidPpoolBeanFailureAnalyzer extends AbstractFailureAnalyzer<InvalidPpoolBeanException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidPpoolBeanException cause) {
        return new FailureAnalysis(Objects.requireNonNull(cause.getMessage()), cause.remedy(), cause);
    }
}
