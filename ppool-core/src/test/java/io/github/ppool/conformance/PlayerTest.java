package io.github.ppool.conformance;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The comparisons of the players and the length of their look, with small scenarios. */
class PlayerTest {

    private static final String ROOT_ALIVE = "'supervisor': 'alive'";

    /** Makes the observation of its argument. */
    private record FixedPlayer(JsonNode observed) implements Player {
        @Override
        public ObjectNode start(JsonNode setup) {
            return (ObjectNode) observed;
        }

        @Override
        public ObjectNode step(JsonNode operation) {
            throw new AssertionError("there is no step");
        }

        @Override
        public void close() {}
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text.replace('\'', '"'));
    }

    private static void compare(String recorded, String observed) {
        JsonNode scenario = Json.tree(Map.of(
                "name", "two observations", "setup", Map.of(), "started", json(recorded), "steps", Map.of()));
        new Scenario(scenario).play(new FixedPlayer(json(observed)));
    }

    private static void play(Player player, String scenario) {
        new Scenario(json(scenario)).play(player);
    }

    // ---- the comparison

    @ParameterizedTest
    @ValueSource(strings = {"pending", "running", "workers", "settled", "returned"})
    void sets_are_compared_without_their_order(String key) {
        compare("{'%s': ['t10', 't2']}".formatted(key), "{'%s': ['t2', 't10']}".formatted(key));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pending", "running", "workers", "settled", "returned"})
    void a_set_with_another_element_is_a_difference(String key) {
        assertThatThrownBy(() -> compare("{'%s': ['t10', 't2']}".formatted(key), "{'%s': ['t2', 't3']}".formatted(key)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(key);
        assertThatThrownBy(() -> compare("{'%s': ['t2']}".formatted(key), "{'%s': ['t2', 't2']}".formatted(key)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(key);
    }

    @Test
    void waiters_that_are_settled_are_compared_with_their_answers() {
        assertThatCode(() -> compare(
                "{'settled': [['c1', 'w2'], ['c2', 'w1']]}", "{'settled': [['c2', 'w1'], ['c1', 'w2']]}"))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> compare(
                "{'settled': [['c1', 'w2'], ['c2', 'w1']]}", "{'settled': [['c1', 'w1'], ['c2', 'w2']]}"))
                .isInstanceOf(AssertionError.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"events", "idle_oldest_first", "alive"})
    void what_has_an_order_is_compared_in_it(String key) {
        assertThatThrownBy(() -> compare("{'%s': ['a', 'b']}".formatted(key), "{'%s': ['b', 'a']}".formatted(key)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(key);
    }

    // ---- the players

    @Test
    void demonitor_takes_off_every_monitor_of_the_pair() {
        play(new ProcessPlayer(), """
                {'kind': 'process', 'name': 'two monitors', 'setup': {}, 'started': {}, 'steps': [
                  {'do': {'op': 'spawn', 'name': 'a', 'trap_exit': false},
                   'expect': {'result': 'ok', 'messages': [], 'ended': [], 'alive': ['a']}},
                  {'do': {'op': 'spawn', 'name': 'b', 'trap_exit': false},
                   'expect': {'result': 'ok', 'messages': [], 'ended': [], 'alive': ['a', 'b']}},
                  {'do': {'op': 'monitor', 'from': 'a', 'to': 'b'},
                   'expect': {'result': 'ok', 'messages': [], 'ended': [], 'alive': ['a', 'b']}},
                  {'do': {'op': 'monitor', 'from': 'a', 'to': 'b'},
                   'expect': {'result': 'ok', 'messages': [], 'ended': [], 'alive': ['a', 'b']}},
                  {'do': {'op': 'demonitor', 'from': 'a', 'to': 'b'},
                   'expect': {'result': 'ok', 'messages': [], 'ended': [], 'alive': ['a', 'b']}},
                  {'do': {'op': 'stop', 'name': 'b', 'reason': 'normal'},
                   'expect': {'result': 'ok', 'messages': [], 'ended': [['b', 'normal']], 'alive': ['a']}}]}
                """);
    }

    @Test
    void a_restart_after_nothing_comes_without_a_wait() {
        play(new DirectorPlayer(), """
                {'kind': 'director', 'name': 'restart after 0 ms',
                 'setup': {'children': [{'id': 'c', 'plan': [{'restart': 0}], 'count': 'infinity'}]},
                 'started': {'result': 'ok', 'events': [['start', 'c']], 'starts': {'c': 1}, ALIVE,
                   'which_children': [['c', 'running', 'worker']],
                   'count_children': {'specs': 1, 'active': 1, 'supervisors': 0, 'workers': 1}},
                 'steps': [{'do': {'op': 'kill_child', 'id': 'c'},
                   'expect': {'result': 'ok', 'events': [['start', 'c']], 'starts': {'c': 2}, ALIVE,
                     'which_children': [['c', 'running', 'worker']],
                     'count_children': {'specs': 1, 'active': 1, 'supervisors': 0, 'workers': 1}}}]}
                """.replace("ALIVE", ROOT_ALIVE));
    }

    /** Each try stops the child that hangs, which takes its shutdown time, before the next one can come. */
    @Test
    void a_step_lasts_until_the_last_of_several_restart_tries() {
        play(new SupervisorPlayer(), """
                {'kind': 'supervisor', 'name': 'a child that hangs, and three tries',
                 'setup': {'strategy': 'one_for_all', 'intensity': 5, 'period': 10, 'children': [
                   {'id': 'a', 'on_shutdown': 'hang', 'shutdown': 100},
                   {'id': 'b', 'starts': ['ok', 'error:bad', 'error:bad', 'ok']}]},
                 'started': {'result': 'ok', 'events': [['start', 'root'], ['start', 'a'], ['start', 'b']],
                   'starts': {'root': 1, 'a': 1, 'b': 1}, ALIVE,
                   'which_children': {'root': [['a', 'running', 'worker'], ['b', 'running', 'worker']]},
                   'count_children': {'root': {'specs': 2, 'active': 2, 'supervisors': 0, 'workers': 2}}},
                 'steps': [{'do': {'op': 'kill_child', 'id': 'b'},
                   'expect': {'result': 'ok', 'events': [
                       ['terminate', 'a', 'shutdown'], ['start', 'a'], ['start_failed', 'b'],
                       ['terminate', 'a', 'shutdown'], ['start', 'a'], ['start_failed', 'b'],
                       ['terminate', 'a', 'shutdown'], ['start', 'a'], ['start', 'b']],
                     'starts': {'root': 1, 'a': 4, 'b': 4}, ALIVE,
                     'which_children': {'root': [['a', 'running', 'worker'], ['b', 'running', 'worker']]},
                     'count_children': {'root': {'specs': 2, 'active': 2, 'supervisors': 0, 'workers': 2}}}}]}
                """.replace("ALIVE", ROOT_ALIVE));
    }
}
