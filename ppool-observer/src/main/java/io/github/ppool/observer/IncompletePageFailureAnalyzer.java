package io.github.ppool.observer;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains which artifact the page misses. */
final class IncompletePageFailureAnalyzer extends AbstractFailureAnalyzer<IncompletePageException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, IncompletePageException cause) {
        String action = cause.artifact().isEmpty()
                ? "Check that the jars of the application are whole"
                : "Add the dependency " + cause.artifact() + ", which comes with ppool-observer unless it is excluded";
        return new FailureAnalysis(
                "The endpoint 'observer' can't show its page: " + cause.getMessage() + ".",
                action + ", or set management.endpoint.observer.access=none.",
                cause);
    }
}
