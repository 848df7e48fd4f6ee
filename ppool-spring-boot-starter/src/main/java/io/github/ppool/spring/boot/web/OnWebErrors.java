package io.github.ppool.spring.boot.web;

import io.github.ppool.spring.boot.settings.SwitchCondition;

/** Matches unless {@code ppool.web.errors.enabled} is false. */
class OnWebErrors extends SwitchCondition {

    OnWebErrors() {
        super("ppool.web.errors.enabled");
    }
}
