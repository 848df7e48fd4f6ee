package io.github.ppool.durable.beans;

import java.util.Objects;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Explains that durable tasks can't work: a wrong method, a wrong setting, no database, or wrong tables. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class DurableStartFailureAnalyzer extends AbstractFailureAnalyzer<DurableStartException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, DurableStartException cause) {
        return new FailureAnalysis(Objects.requireNonNull(cause.getMessage()), cause.remedy(), cause);
    }
}
