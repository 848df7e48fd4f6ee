package io.github.ppool.durable.autoconfigure;

import io.github.ppool.spring.boot.settings.SwitchCondition;

/** Matches unless {@code ppool.durable.enabled} is false. */
class OnDurable extends SwitchCondition {

    OnDurable() {
        super("ppool.durable.enabled");
    }
}
