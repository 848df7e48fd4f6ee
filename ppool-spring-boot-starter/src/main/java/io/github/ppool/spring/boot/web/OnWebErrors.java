package io.github.ppool.spring.boot.web;

import io.github.ppool.spring.boot.settings.SwitchCondition;

/** Unless {@code ppool.web.errors.enabled} says otherwise. */
class OnWebErrors extends SwitchCondition {

    OnWebErrors() {
        super("ppool.web.errors.enabled");
    }
}
