package io.github.ppool.patience;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets each {@code await()} without a limit of its own wait for a minute. Such a limit only ends a hang: Awaitility's
 * ten seconds are too few for a busy machine. JUnit finds this class by itself.
 */
public final class PatienceExtension implements BeforeAllCallback {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(PATIENCE);
    }
}
