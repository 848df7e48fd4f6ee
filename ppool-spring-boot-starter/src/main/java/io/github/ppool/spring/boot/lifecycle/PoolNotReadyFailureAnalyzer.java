package io.github.ppool.spring.boot.lifecycle;

import io.github.ppool.guard.FailureText;
import io.github.ppool.pool.PoolNotReadyException;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.spring.boot.settings.PoolNames;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/**
 * Explains that a pool has no workers at the start: the pool, the setting that ends the application, and the last
 * failure.
 */
class PoolNotReadyFailureAnalyzer extends AbstractFailureAnalyzer<PoolNotReadyException> {

    private final Environment environment;

    PoolNotReadyFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, PoolNotReadyException cause) {
        PoolStatus status = cause.status();
        FailureText last = status.lastFailureText();
        String property = property(cause.pool());
        String description = "The pool '" + cause.pool() + "' could not make its first workers, and " + property
                + " says that the application does not start without them.\n\n    Workers: "
                + (status.available() + status.checkedOut()) + " of " + status.size()
                + "\n    Reason: " + reason(cause)
                + "\n    Last failure: " + (last == null ? "none, the workers took too long" : last.toString());
        String action = "Let " + (last == null ? "the workers be made in time" : "what has failed work")
                + ", give it time with " + PoolNames.property(cause.pool())
                + ".await-ready, or remove fail-fast: the application then starts without workers, and the pool goes on"
                + " trying.";
        return new FailureAnalysis(description, action, cause);
    }

    /** The first part of the message, in the words of the library. */
    private static String reason(PoolNotReadyException cause) {
        String message = String.valueOf(cause.getMessage());
        int end = message.indexOf(';');
        return end < 0 ? message : message.substring(0, end);
    }

    /** The name of the setting, as far as it can be known. */
    private String property(String pool) {
        for (String prefix : new String[]{PoolNames.property(pool), PoolNames.DEFAULTS}) {
            String property = prefix + ".fail-fast";
            if (isSet(property)) {
                return property;
            }
        }
        return "failFast of its specification";
    }

    private boolean isSet(String property) {
        try {
            return Binder.get(environment).bind(property, Boolean.class).orElse(false);
        } catch (RuntimeException unusual) { // a name that can't be part of a property
            return false;
        }
    }
}
