package io.github.ppool.spring.boot.autoconfigure;

import io.github.ppool.spring.boot.settings.SwitchCondition;

/** Unless {@code ppool.keep-alive} says otherwise. */
class OnKeepAlive extends SwitchCondition {

    OnKeepAlive() {
        super("ppool.keep-alive");
    }
}
