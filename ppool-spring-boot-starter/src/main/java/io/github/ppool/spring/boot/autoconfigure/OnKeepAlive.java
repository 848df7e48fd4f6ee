package io.github.ppool.spring.boot.autoconfigure;

/** Unless {@code ppool.keep-alive} says otherwise. */
class OnKeepAlive extends SwitchCondition {

    OnKeepAlive() {
        super("ppool.keep-alive");
    }
}
