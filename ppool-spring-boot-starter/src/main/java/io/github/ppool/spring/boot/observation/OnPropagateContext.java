package io.github.ppool.spring.boot.observation;

import io.github.ppool.spring.boot.settings.SwitchCondition;

/** Matches unless {@code ppool.propagate-context} is false. */
class OnPropagateContext extends SwitchCondition {

    OnPropagateContext() {
        super("ppool.propagate-context");
    }
}
