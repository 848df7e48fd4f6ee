package io.github.ppool.cluster.autoconfigure;

import java.util.Objects;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Explains that the cluster can't be used: no database, wrong tables, or a wrong setting. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ClusterStartFailureAnalyzer extends AbstractFailureAnalyzer<ClusterStartException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ClusterStartException cause) {
        return new FailureAnalysis(Objects.requireNonNull(cause.getMessage()), cause.remedy(), cause);
    }
}
