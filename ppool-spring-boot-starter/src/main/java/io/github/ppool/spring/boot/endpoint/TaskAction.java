package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.spring.boot.DurableOperations.Change;
import io.github.ppool.spring.boot.DurableOperations.State;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The actions of the endpoint on durable tasks. Dispatch, messages, audit events and the table in the documentation are
 * made from the constants. The name of an action in a request is the name of its constant in lower case.
 */
enum TaskAction {
    REDRIVE(Change.REDRIVE, "makes tasks ready that were laid down. Their plans begin anew", State.LAID_DOWN),
    RUN_NOW(Change.RUN_NOW, "makes tasks ready before their time", State.DELAYED),
    DROP(Change.DROP, "removes tasks that no node has claimed", State.READY, State.LAID_DOWN, State.DELAYED),
    CANCEL(
            Change.CANCEL,
            "removes tasks. An attempt that runs is ended with the next heartbeat of its node; one that succeeds before"
                    + " has succeeded",
            State.values());

    private final Change change;
    private final String help;
    private final List<State> states;

    TaskAction(Change change, String help, State... states) {
        this.change = change;
        this.help = help;
        this.states = List.of(states);
    }

    /** The action with a name; the request is refused if none has it. */
    static TaskAction named(String name) {
        return Arrays.stream(values())
                .filter(action -> action.key().equals(name))
                .findAny()
                .orElseThrow(() -> Refusal.of("action on durable tasks must be "
                        + PoolAction.list(Arrays.stream(values()).map(TaskAction::key).toList()) + ", got: " + name));
    }

    /** The name of a state in requests and answers. */
    static String key(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    /** The names of states as a message lists them. */
    static String list(Set<State> states) {
        return PoolAction.list(states.stream().sorted().map(TaskAction::key).toList());
    }

    /** The name of the action in a request. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    Change change() {
        return change;
    }

    /** The effect of the action, in Markdown. */
    String help() {
        return help;
    }

    /** The states that the action is for. */
    Set<State> states() {
        return states.stream().collect(Collectors.toUnmodifiableSet());
    }
}
