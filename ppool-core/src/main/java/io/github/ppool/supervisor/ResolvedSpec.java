package io.github.ppool.supervisor;

import java.util.List;

/**
 * A specification with the supervisor's defaults taken into account. Children of one template share
 * it.
 *
 * @param start how the child is started
 * @param rule decides about its restarts
 * @param shutdown how it is stopped
 * @param modules which code it runs
 */
record ResolvedSpec(ChildStart start, RestartRule rule, Shutdown shutdown, List<String> modules) {

    /** Refuses a specification that can't be added up with these defaults. */
    static ResolvedSpec of(ChildSpec spec, ChildDefaults defaults) {
        ChildStart start = spec.start(defaults, "");
        return new ResolvedSpec(
                start, spec.restartRule(defaults), spec.shutdown(defaults), spec.modules(start, defaults));
    }

    List<Object> arguments() {
        return start instanceof ArgumentsStart with ? with.arguments() : List.of();
    }
}
