package io.github.ppool.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.cluster.store.Claim;
import io.github.ppool.cluster.store.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class FairShareTest {

    private static Claim claim(int number, int held, int wanted, boolean draining) {
        return new Claim(new NodeId("n" + number, new UUID(0, number)), held, wanted, draining);
    }

    private static List<Integer> shares(int limit, Claim... claims) {
        Map<NodeId, Integer> shares = FairShare.of(limit, List.of(claims));
        return java.util.Arrays.stream(claims).map(claim -> shares.get(claim.node())).toList();
    }

    @Example
    void equal_shares_and_the_rest_to_those_that_hold_the_most() {
        assertThat(shares(10, claim(1, 10, 0, false), claim(2, 0, 10, false), claim(3, 0, 10, false)))
                .containsExactly(4, 3, 3);
        assertThat(shares(10, claim(1, 0, 10, false), claim(2, 10, 0, false), claim(3, 0, 10, false)))
                .containsExactly(3, 4, 3);
        assertThat(shares(5, claim(1, 5, 2, false), claim(2, 0, 1, false))).containsExactly(4, 1);
        assertThat(shares(1, claim(1, 1, 0, false), claim(2, 0, 1, false))).containsExactly(1, 0);
        assertThat(shares(1, claim(1, 0, 1, false), claim(2, 1, 0, false))).containsExactly(0, 1);
    }

    @Example
    void a_draining_node_has_no_share_and_its_permits_are_not_divided() {
        assertThat(shares(10, claim(1, 4, 9, true), claim(2, 6, 9, false), claim(3, 0, 9, false)))
                .containsExactly(0, 3, 3);
    }

    @Property
    void shares_are_as_equal_as_the_claims_allow(
            @ForAll("claims") List<Claim> claims, @ForAll @IntRange(min = 1, max = 30) int limit) {
        Map<NodeId, Integer> shares = FairShare.of(limit, claims);
        int drained = claims.stream().filter(Claim::draining).mapToInt(Claim::held).sum();
        int claimed = claims.stream()
                .filter(claim -> !claim.draining())
                .mapToInt(claim -> claim.held() + claim.wanted())
                .sum();
        assertThat(shares.values().stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(Math.min(Math.max(0, limit - drained), claimed));
        for (Claim claim : claims) {
            int share = shares.get(claim.node());
            assertThat(share).isBetween(0, claim.draining() ? 0 : claim.held() + claim.wanted());
            for (Claim other : claims) {
                // A node that has less than another one, by more than one, has all that it claims.
                if (!claim.draining() && shares.get(other.node()) > share + 1) {
                    assertThat(share).isEqualTo(claim.held() + claim.wanted());
                }
            }
        }
    }

    /** If each node follows its share, the permits come to rest after one move of each: no permit goes to and fro. */
    @Property
    void permits_move_once_and_then_rest(
            @ForAll("claims") List<Claim> claims, @ForAll @IntRange(min = 1, max = 30) int limit) {
        int held = claims.stream().mapToInt(Claim::held).sum();
        if (held > limit || claims.stream().anyMatch(Claim::draining)) {
            return;
        }
        Map<NodeId, Integer> shares = FairShare.of(limit, claims);
        List<Claim> moved = new ArrayList<>();
        for (Claim claim : claims) {
            int share = shares.get(claim.node());
            moved.add(new Claim(claim.node(), share, claim.held() + claim.wanted() - share, false));
        }
        assertThat(FairShare.of(limit, moved)).isEqualTo(shares);
    }

    @Provide
    Arbitrary<List<Claim>> claims() {
        Arbitrary<int[]> one = Combinators.combine(
                Arbitraries.integers().between(0, 12),
                Arbitraries.integers().between(0, 12),
                Arbitraries.of(0, 0, 0, 1))
                .as((heldNow, wanted, draining) -> new int[]{heldNow, wanted, draining});
        return one.list().ofMaxSize(7).map(list -> {
            List<Claim> claims = new ArrayList<>();
            for (int i = 0; i < list.size(); i++) {
                claims.add(claim(i, list.get(i)[0], list.get(i)[1], list.get(i)[2] == 1));
            }
            return claims;
        });
    }
}
