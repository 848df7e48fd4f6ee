package io.github.ppool.supervisor;

import java.util.List;

/**
 * The specification in effect for a child: its own, with the supervisor's defaults and all later changes applied.
 * Stands for the answers of director's {@code get_childspec/2}, {@code get_plan/2} and {@code get_restart_count/2}.
 * An immutable value.
 *
 * @param id the id of the child; under {@link Strategy#SIMPLE_ONE_FOR_ONE} that of the template
 * @param arguments the arguments of its {@link StartFunction}, without that of a template's child; empty for any other
 *     start
 * @param restart its type, or its plan and count
 * @param shutdown the way to stop it
 * @param type a worker or a supervisor
 * @param modules the names of the code that it runs
 * @param append true if it adds its settings to the defaults
 * @param restartCount for a child with a plan, the number of elements that were run; else the number of its restarts
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

    /** Arguments are foreign: their texts are bounded, and their {@code toString} may throw. */
    @Override
    public String toString() {
        return "EffectiveSpec[id=" + id + ", arguments=" + ArgumentsStart.texts(arguments) + ", restart=" + restart
                + ", shutdown=" + shutdown + ", type=" + type + ", modules=" + modules + ", append=" + append
                + ", restartCount=" + restartCount + "]";
    }
}
