package io.github.ppool.spring.boot.observation;

import io.github.ppool.spring.boot.settings.SwitchCondition;

/** Unless {@code ppool.propagate-context} says otherwise. */
class OnPropagateContext extends SwitchCondition {

    OnPropagateContext() {
        super("ppool.propagate-context");
    }
}
