package io.github.ppool.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.cluster.engine.RateLedger.Answer;
import io.github.ppool.cluster.engine.RateLedger.Report;
import io.github.ppool.cluster.engine.RateLedger.Rest;
import io.github.ppool.cluster.engine.RateLedger.Share;
import io.github.ppool.pool.Rate;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The exchange of permits by numbers, without threads and without a store. */
class RateLedgerTest {

    private static final long SECOND = 1_000_000;
    private static final long LEASE = 15 * SECOND;
    private static final long TURN = 60 * SECOND;
    private static final Rate RATE = Rate.parse("100/1m");

    private final UUID a = new UUID(0, 1);
    private final UUID b = new UUID(0, 2);
    private final UUID c = new UUID(0, 3);
    private RateLedger ledger = RateLedger.EMPTY;
    private long lease = LEASE;

    private Answer exchange(long now, UUID node, int demand, boolean isShort, Rest... given) {
        Answer answer = ledger.exchange(now, node, "node-" + node.getLeastSignificantBits(), RATE,
                new Report(List.of(given), List.of(), demand, isShort), lease, TURN);
        ledger = answer.next();
        return answer;
    }

    private int permits(UUID node) {
        Share share = ledger.of(node);
        return share == null ? 0 : share.permits();
    }

    @Test
    void the_first_node_gets_all_and_the_second_one_half_of_what_is_not_used() {
        assertThat(exchange(0, a, 0, false).permits()).isEqualTo(100);
        Answer second = exchange(1, b, 0, false);
        assertThat(second).returns(0, Answer::permits).returns(50, Answer::wanted);
        assertThat(exchange(2, a, 10, false).surplus()).isEqualTo(45);
        assertThat(exchange(3, a, 10, false, new Rest(45, 3 - 60 * SECOND)).permits()).isEqualTo(55);
        assertThat(exchange(4, b, 0, false)).returns(45, Answer::permits).returns(0, Answer::wanted);
    }

    @Test
    void a_node_with_demand_gets_what_an_idle_one_has() {
        exchange(0, a, 0, false);
        exchange(1, b, 0, true);
        exchange(2, a, 0, false, new Rest(50, -60 * SECOND));
        assertThat(exchange(3, b, 500, true)).returns(50, Answer::permits).returns(50, Answer::wanted);
        assertThat(exchange(4, a, 0, false).surplus()).isEqualTo(50);
        exchange(5, a, 0, false, new Rest(50, 5 - 60 * SECOND));
        assertThat(exchange(6, b, 500, true)).returns(100, Answer::permits).returns(0, Answer::wanted);
    }

    @Test
    void nodes_that_all_want_everything_get_the_same_and_what_cannot_be_divided_goes_round() {
        lease = 10 * TURN;
        for (UUID node : List.of(a, b, c)) {
            exchange(0, node, 500, true);
        }
        for (int turn = 0; turn < 6; turn++) {
            long now = turn * TURN;
            for (int round = 0; round < 4; round++) {
                for (UUID node : List.of(a, b, c)) {
                    Answer answer = exchange(now + round, node, 500, true);
                    if (answer.surplus() > 0) {
                        exchange(now + round, node, 500, true, new Rest(answer.surplus(), now - TURN));
                    }
                }
            }
            UUID first = List.of(a, b, c).get(turn % 3);
            assertThat(List.of(permits(a), permits(b), permits(c))).containsExactlyInAnyOrder(34, 33, 33);
            assertThat(permits(first)).as("turn %d", turn).isEqualTo(34);
        }
    }

    @Test
    void a_used_permit_rests_until_its_period_is_over() {
        exchange(0, a, 100, false);
        exchange(1, b, 30, true);
        exchange(10 * SECOND, a, 100, false, new Rest(20, 5 * SECOND), new Rest(10, 8 * SECOND));
        Answer waits = exchange(11 * SECOND, b, 30, true);
        assertThat(waits).returns(0, Answer::permits).returns(30, Answer::wanted);
        assertThat(waits.soonestMicros()).isEqualTo(54 * SECOND);
        for (long now = 20 * SECOND; now < 65 * SECOND; now += 10 * SECOND) {
            exchange(now, a, 70, false);
            assertThat(exchange(now, b, 30, true).permits()).isZero();
        }
        exchange(65 * SECOND - 1, a, 70, false);
        assertThat(exchange(65 * SECOND - 1, b, 30, true).permits()).isZero();
        assertThat(exchange(65 * SECOND, b, 30, true).permits()).isEqualTo(20);
        assertThat(exchange(68 * SECOND, b, 30, true).permits()).isEqualTo(30);
    }

    @Test
    void the_permits_of_a_dead_node_rest_from_the_end_of_its_share_on() {
        exchange(0, a, 0, false);
        for (long now = SECOND; now < LEASE + 60 * SECOND; now += SECOND) {
            assertThat(exchange(now, b, 100, true).permits()).as("%d s", now / SECOND).isZero();
        }
        assertThat(exchange(LEASE + 60 * SECOND, b, 100, true).permits()).isEqualTo(100);
        assertThat(ledger.shares()).extracting(Share::holder).containsExactly(b);
    }

    @Test
    void a_share_that_was_not_extended_goes_on_unless_another_node_has_let_it_end() {
        exchange(0, a, 0, false);
        assertThat(exchange(3 * LEASE, a, 0, false).permits()).isEqualTo(100);
        exchange(5 * LEASE, b, 0, false);
        assertThat(exchange(5 * LEASE + 1, a, 0, false).permits()).isZero();
    }

    @Test
    void a_node_that_leaves_gives_all_back_and_what_it_has_not_used_is_free_at_once() {
        exchange(0, a, 10, false);
        ledger = ledger.without(a, List.of(new Rest(90, -60 * SECOND), new Rest(10, 0)), RATE, SECOND);
        assertThat(ledger.shares()).isEmpty();
        assertThat(exchange(SECOND, b, 100, true).permits()).isEqualTo(90);
        assertThat(exchange(60 * SECOND, b, 100, true).permits()).isEqualTo(100);
    }

    @Test
    void a_node_with_a_smaller_rate_takes_nothing_while_as_many_as_its_own_are_out() {
        exchange(0, a, 80, true);
        Rate smaller = Rate.parse("50/1m");
        Answer answer = ledger.exchange(1, b, "b", smaller, new Report(List.of(), List.of(), 50, true), LEASE, TURN);
        assertThat(answer).returns(0, Answer::permits);
    }

    @Test
    void many_times_of_rests_are_put_together_at_later_ones_and_never_move_again() {
        exchange(0, a, 100, false);
        Rest[] rests = new Rest[100];
        for (int i = 0; i < rests.length; i++) {
            rests[i] = new Rest(1, 10 * SECOND + i * 100_003L);
        }
        exchange(21 * SECOND, a, 0, false, rests);
        List<Rest> first = ledger.rests();
        assertThat(first).hasSizeLessThanOrEqualTo(RateLedger.MOST_RESTS);
        assertThat(first.stream().mapToInt(Rest::count).sum()).isEqualTo(100);
        for (int i = 0; i < rests.length; i++) {
            long last = rests[i].lastMicros();
            long earlier = first.stream().filter(rest -> rest.lastMicros() < last).mapToInt(Rest::count).sum();
            assertThat(earlier).as("permits that rest less than they have to").isLessThanOrEqualTo(i);
        }
        for (int i = 0; i < 10; i++) {
            exchange(22 * SECOND + i, a, 0, false);
        }
        assertThat(ledger.rests()).isEqualTo(first);
    }

    @Test
    void the_text_is_read_again_and_another_one_is_refused() {
        exchange(7, a, 3, true);
        ledger = ledger.exchange(8, b, "node\nwith a space", RATE,
                new Report(List.of(new Rest(0, 3)), List.of(new Rest(2, 4)), 5, true), LEASE, TURN).next();
        RateLedger again = RateLedger.parse(ledger.text());
        assertThat(again.rests()).isEqualTo(ledger.rests());
        assertThat(again.shares()).extracting(Share::node).containsExactly("node-1", "node?with a space");
        assertThat(RateLedger.parse(again.text())).isEqualTo(again);
        assertThat(RateLedger.parse("")).isEqualTo(RateLedger.EMPTY);
        for (String wrong : new String[]{"2\n", "1\nshare x", "1\nrest 1", "1\nrest one 2", "hello"}) {
            assertThatThrownBy(() -> RateLedger.parse(wrong)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("ledger must have");
        }
    }
}
