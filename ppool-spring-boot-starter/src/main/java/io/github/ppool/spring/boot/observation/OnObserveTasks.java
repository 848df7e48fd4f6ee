package io.github.ppool.spring.boot.observation;

import io.github.ppool.spring.boot.settings.SwitchCondition;

/** Matches if {@code ppool.observe-tasks} is true. */
class OnObserveTasks extends SwitchCondition {

    OnObserveTasks() {
        super("ppool.observe-tasks", false);
    }
}
