package io.github.ppool.supervisor;

import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.restart.RestartType;

/**
 * What decides about a child's restarts: a restart type, bounded by the supervisor's intensity, or a plan, bounded by
 * its count.
 */
public sealed interface RestartRule {

    /**
     * OTP's way.
     *
     * @param type permanent, transient or temporary
     */
    record ByType(RestartType type) implements RestartRule {
        @Override
        public String toString() {
            return type.toString();
        }
    }

    /**
     * director's way.
     *
     * @param policy the plan and all that belongs to it
     */
    record ByPlan(RestartPolicy policy) implements RestartRule {
        @Override
        public String toString() {
            return policy.toString();
        }
    }
}
