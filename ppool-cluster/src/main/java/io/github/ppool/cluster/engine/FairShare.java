package io.github.ppool.cluster.engine;

import io.github.ppool.cluster.store.Claim;
import io.github.ppool.cluster.store.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fair share of each node in the permits of a name: as equal as possible, but none has more than it holds and
 * wants. All nodes compute the same from the same claims, so they need not talk to each other.
 *
 * <p>Permits that can't be divided equally belong to the nodes that hold the most already. So no permit moves to and
 * fro between nodes with shares that differ by one.
 */
final class FairShare {

    private FairShare() {}

    /**
     * Divides the permits.
     *
     * @param limit the number of permits
     * @param claims the claims of all nodes; a node that drains gets no permit, and its permits are not divided
     * @return the share of each node that has a claim
     */
    static Map<NodeId, Integer> of(int limit, List<Claim> claims) {
        Map<NodeId, Integer> shares = new HashMap<>();
        List<Claim> open = new ArrayList<>();
        int left = limit;
        for (Claim claim : claims) {
            shares.put(claim.node(), 0);
            if (claim.draining()) {
                left -= claim.held();
            } else {
                open.add(claim);
            }
        }
        open.sort(Comparator.comparingInt(Claim::held).reversed().thenComparing(Claim::node));
        while (left > 0 && !open.isEmpty()) {
            int each = left / open.size();
            List<Claim> unsatisfied = new ArrayList<>();
            for (Claim claim : open) {
                int given = shares.getOrDefault(claim.node(), 0);
                int more = Math.min(left, Math.min(Math.max(each, 1), claim.held() + claim.wanted() - given));
                shares.put(claim.node(), given + more);
                left -= more;
                if (given + more < claim.held() + claim.wanted()) {
                    unsatisfied.add(claim);
                }
            }
            open = unsatisfied;
        }
        return shares;
    }
}
