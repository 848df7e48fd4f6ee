package io.github.ppool.spring.boot.autoconfigure;

import io.github.ppool.spring.boot.settings.SwitchCondition;

/** Unless {@code ppool.enabled} says otherwise. */
class OnEnabled extends SwitchCondition {

    OnEnabled() {
        super("ppool.enabled");
    }
}
