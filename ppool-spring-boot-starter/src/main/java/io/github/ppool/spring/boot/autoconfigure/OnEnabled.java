package io.github.ppool.spring.boot.autoconfigure;

/** Unless {@code ppool.enabled} says otherwise. */
class OnEnabled extends SwitchCondition {

    OnEnabled() {
        super("ppool.enabled");
    }
}
