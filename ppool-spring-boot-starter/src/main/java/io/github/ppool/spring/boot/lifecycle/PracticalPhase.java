package io.github.ppool.spring.boot.lifecycle;

import java.time.Duration;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;

/**
 * Lets an application start whose {@code spring.lifecycle.timeout-per-shutdown-phase} is more than a {@code long} has
 * milliseconds: Spring Boot fails at it. As long as that is as good as for ever.
 */
public final class PracticalPhase implements BeanPostProcessor {

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
