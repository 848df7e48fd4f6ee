package io.github.ppool.durable.autoconfigure;

import io.github.ppool.spring.boot.settings.SwitchCondition;

/** Matches unless {@code ppool.enabled} is false. */
class OnPools extends SwitchCondition {

    OnPools() {
        super("ppool.enabled");
    }
}
