package io.github.ppool.spring.boot.autoconfigure;

import io.github.ppool.spring.boot.settings.SwitchCondition;

/** Matches unless {@code ppool.enabled} is false. */
class OnEnabled extends SwitchCondition {

    OnEnabled() {
        super("ppool.enabled");
    }
}
