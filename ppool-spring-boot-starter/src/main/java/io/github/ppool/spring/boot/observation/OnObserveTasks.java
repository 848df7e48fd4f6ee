package io.github.ppool.spring.boot.observation;

import io.github.ppool.spring.boot.settings.SwitchCondition;

/** If {@code ppool.observe-tasks} says so. */
class OnObserveTasks extends SwitchCondition {

    OnObserveTasks() {
        super("ppool.observe-tasks", false);
    }
}
