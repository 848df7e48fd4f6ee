package io.github.ppool.supervisor;

import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.restart.RestartType;

/**
 * The rule for a child's restarts: a restart type, bounded by the supervisor's intensity, or a plan, bounded by its
 * count. An immutable value. Stands for {@code restart} of OTP's child specifications and for director's plans.
 */
public sealed interface RestartRule {

    /**
     * A restart type, as in OTP.
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
     * A restart plan, as in director.
     *
     * @param policy the plan with its count and reset
     */
    record ByPlan(RestartPolicy policy) implements RestartRule {
        @Override
        public String toString() {
            return policy.toString();
        }
    }
}
