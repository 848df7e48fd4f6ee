package io.github.ppool.spring.boot.lifecycle;

import java.time.Duration;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;

/**
 * Limits {@code spring.lifecycle.timeout-per-shutdown-phase} to the milliseconds that a {@code long} can hold, which is
 * as good as unlimited. Spring Boot would fail at a longer time.
 */
public final class PracticalPhase implements BeanPostProcessor {

    /** Made by Spring. */
    public PracticalPhase() {}

    private static final Duration LONGEST = Duration.ofMillis(Long.MAX_VALUE);

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof LifecycleProperties lifecycle) {
            Duration phase = lifecycle.getTimeoutPerShutdownPhase();
            if (phase.abs().compareTo(LONGEST) > 0) {
                lifecycle.setTimeoutPerShutdownPhase(phase.isNegative() ? Duration.ZERO : LONGEST);
            }
        }
        return bean;
    }
}
