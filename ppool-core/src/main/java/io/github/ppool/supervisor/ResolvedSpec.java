package io.github.ppool.supervisor;

import java.util.List;

/**
 * A specification with the supervisor's defaults applied. Children of one template share it.
 *
 * @param start starts the child
 * @param rule decides about its restarts
 * @param shutdown stops the child
 * @param modules the names of the code that the child runs
 */
record ResolvedSpec(ChildStart start, RestartRule rule, Shutdown shutdown, List<String> modules) {

    /** Refuses a specification that contradicts these defaults. */
    static ResolvedSpec of(ChildSpec spec, ChildDefaults defaults) {
        ChildStart start = spec.start(defaults, "");
        return new ResolvedSpec(
                start, spec.restartRule(defaults), spec.shutdown(defaults), spec.modules(start, defaults));
    }

    List<Object> arguments() {
        return start instanceof ArgumentsStart with ? with.arguments() : List.of();
    }
}
