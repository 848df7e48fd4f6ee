package io.github.ppool.durable.store;

import io.github.ppool.durable.store.Claim.Kind;
import io.github.ppool.durable.store.TaskRows.Ranked;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The places from which the claims of a pool read while PostgreSQL can't remove claimed entries. A transaction that is
 * open for long keeps the entries of all tasks that were claimed since, and a claim from the first place on would read
 * each of them. So a claim that has read many begins the next ones at the last place that was claimed. Tasks before it,
 * such as new ones of a higher priority, wait for the next claim from the first place on: up to 10 s.
 */
final class ClaimFloors {

    /** The place before all others, as PostgreSQL writes it. */
    static final String NONE = "-infinity";

    /** So many entries beyond the claimed ones are no burden. */
    private static final long FEW = 1_000;

    /** So claims read about 50,000 such entries in a second. */
    private static final long NANOS_FOR_ENTRY = 20_000;

    private static final long LONGEST = 10_000_000_000L;

    private final Map<Kind, OffsetDateTime> last = new HashMap<>();
    private boolean used;
    private long fullAt;

    /** The places for the kinds. */
    synchronized List<String> floors(List<Kind> kinds, long now) {
        boolean full = !used || now - fullAt >= 0;
        if (full) {
            used = false;
        }
        return kinds.stream().map(kind -> full ? NONE : floor(kind)).toList();
    }

    private String floor(Kind kind) {
        OffsetDateTime floor = last.get(kind);
        return floor == null ? NONE : floor.toString();
    }

    /** A claim from those places on has read so many entries. */
    synchronized void claimed(List<String> floors, List<Ranked> tasks, int asked, long read, long now) {
        for (Ranked ranked : tasks) {
            last.merge(new Kind(ranked.task().name(), ranked.task().version()), ranked.rank(),
                    (one, other) -> one.isAfter(other) ? one : other);
        }
        if (floors.stream().allMatch(NONE::equals)) {
            used = read > FEW + 4L * asked;
            fullAt = now + Math.min(LONGEST, read * NANOS_FOR_ENTRY);
        }
    }

    /** Tasks were given back to their former places. */
    synchronized void forget() {
        used = false;
    }
}
