package io.github.ppool.supervisor;

import java.util.List;

/**
 * The specification that holds for a child now: its own with the supervisor's defaults and all later changes taken into
 * account. Stands for what director's {@code get_childspec/2}, {@code get_plan/2} and {@code get_restart_count/2}
 * answer.
 *
 * @param id the child's id; under {@link Strategy#SIMPLE_ONE_FOR_ONE} the template's
 * @param arguments those of its {@link StartFunction}, without the argument of a template's child; empty for any
 *     other start
 * @param restart its type, or its plan and count
 * @param shutdown how it is stopped
 * @param type a worker or a supervisor
 * @param modules which code it runs
 * @param append whether it adds to the defaults
 * @param restartCount for a child with a plan, how many of its elements have been run; else how often it was started
 *         again
 */
public record EffectiveSpec(
        String id,
        List<Object> arguments,
        RestartRule restart,
        Shutdown shutdown,
        ChildType type,
        List<String> modules,
        boolean append,
        int restartCount) {

    /** Arguments are foreign: their texts are bounded, and they may throw. */
    @Override
    public String toString() {
        return "EffectiveSpec[id=" + id + ", arguments=" + ArgumentsStart.texts(arguments) + ", restart=" + restart
                + ", shutdown=" + shutdown + ", type=" + type + ", modules=" + modules + ", append=" + append
                + ", restartCount=" + restartCount + "]";
    }
}
