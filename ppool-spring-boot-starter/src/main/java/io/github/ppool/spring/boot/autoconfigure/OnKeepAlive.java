package io.github.ppool.spring.boot.autoconfigure;

import io.github.ppool.spring.boot.settings.SwitchCondition;

/** Matches unless {@code ppool.keep-alive} is false. */
class OnKeepAlive extends SwitchCondition {

    OnKeepAlive() {
        super("ppool.keep-alive");
    }
}
