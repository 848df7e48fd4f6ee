package io.github.ppool.durable.store;

import io.github.ppool.durable.store.Claim.Kind;
import io.github.ppool.durable.store.Claim.Rates;
import io.github.ppool.durable.store.TaskRows.Ranked;
import io.github.ppool.durable.store.TaskSql.Candidate;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.support.SqlArrayValue;

/**
 * Claims of pools with rates or partitions. The row of the pool is locked, so such claims come one after the other over
 * all nodes. Partitions are dealt one task each in turns; the row remembers the one that was served last. A claim looks
 * at a bounded number of partitions, and the next one goes on after them.
 */
final class RatedClaims {

    private static final int FEWEST_VISITS = 32;
    private static final int MOST_VISITS = 512;

    /** So many rows of partitions that have come to rest are removed by a claim. */
    private static final int REMOVED = 20;

    /** The row of a pool. */
    private record PoolRow(String used, String turn, @Nullable Instant seen) {}

    /** Partitions in the order of their turns. */
    private record Turns(List<String> partitions, boolean all) {}

    private final TaskSql sql;
    private final TaskDatabase db;

    RatedClaims(TaskSql sql) {
        this.sql = sql;
        this.db = sql.db;
    }

    Claimed claim(UUID node, String pool, List<Kind> kinds, int limit, Rates rates) {
        return db.transaction(() -> {
            PoolRow row = lock(pool);
            Instant read = db.time();
            // H2's clock stands still during a transaction, which may have waited for the one before.
            Instant time = row.seen != null && row.seen.isAfter(read) ? row.seen : read;
            return new Round(node, pool, kinds, limit, rates, row, time).claim();
        });
    }

    private PoolRow lock(String pool) {
        PoolRow row = read(pool);
        if (row == null) {
            sql.insertUnlessThere("ppool_rate", "pool, partition_key", "?, ''", pool);
            row = read(pool);
        }
        return Objects.requireNonNull(row, "the row of a pool's rate must stay");
    }

    private @Nullable PoolRow read(String pool) {
        return db.jdbc.query(
                db.sql("select used, turn, seen from ppool_rate where pool = ? and partition_key = '' for update"),
                rows -> {
                    if (!rows.next()) {
                        return null;
                    }
                    OffsetDateTime seen = rows.getObject(3, OffsetDateTime.class);
                    return new PoolRow(
                            TaskRows.text(rows, "used"), TaskRows.text(rows, "turn"),
                            seen == null ? null : seen.toInstant());
                },
                pool);
    }

    /** A claim while the row of the pool is locked. */
    private final class Round {

        private final UUID node;
        private final String pool;
        private final List<Kind> kinds;
        private final int limit;
        private final Rates rates;
        private final PoolRow row;
        private final Instant time;
        private final long now;
        private final RateUse use;
        private final Map<String, RateUse> uses = new HashMap<>();
        private String turn;

        Round(UUID node, String pool, List<Kind> kinds, int limit, Rates rates, PoolRow row, Instant time) {
            this.node = node;
            this.pool = pool;
            this.kinds = kinds;
            this.limit = limit;
            this.rates = rates;
            this.row = row;
            this.time = time;
            this.now = time.toEpochMilli();
            this.use = new RateUse(row.used, now);
            this.turn = row.turn;
        }

        Claimed claim() {
            int most = rates.pool() == null ? limit : Math.min(limit, use.free(rates.pool()));
            if (most < 1) {
                return new Claimed(List.of(), poolPause());
            }
            int visits = Math.clamp(2L * most, FEWEST_VISITS, MOST_VISITS);
            Turns turns = turns(visits);
            readUses(turns.partitions);
            Map<String, Integer> free = new LinkedHashMap<>();
            for (String partition : turns.partitions) {
                int may = free(partition, most);
                if (may > 0) {
                    free.put(partition, may);
                }
            }
            List<Long> dealt = deal(free, most);
            boolean cut = dealt.size() < most && !turns.all;
            if (cut) {
                turn = turns.partitions.get(turns.partitions.size() - 1);
            }
            List<ClaimedTask> tasks = change(dealt);
            store(tasks);
            Duration pause = poolPause();
            if (pause == null && dealt.size() < most) {
                pause = cut ? Duration.ZERO : partitionsPause();
            }
            return new Claimed(tasks, pause);
        }

        /** The time until the first partition may begin one more, of those whose rate is used up. */
        private @Nullable Duration partitionsPause() {
            return rates.partition() == null
                    ? null
                    : uses.values().stream()
                            .filter(used -> used.free(rates.partition()) == 0)
                            .map(used -> used.pause(rates.partition(), now))
                            .min(Duration::compareTo)
                            .orElse(null);
        }

        private @Nullable Duration poolPause() {
            return rates.pool() != null && use.free(rates.pool()) == 0 ? use.pause(rates.pool(), now) : null;
        }

        /** From the one after the last served one; tasks without a partition come before the first. */
        private Turns turns(int visits) {
            List<String> found = new ArrayList<>(sql.partitionsAfter(pool, turn, visits));
            if (found.size() == visits) {
                return new Turns(found, false);
            }
            found.add("");
            if (turn.isEmpty()) {
                return new Turns(found, true);
            }
            List<String> again = sql.partitionsAfter(pool, "", visits);
            int last = again.indexOf(turn);
            List<String> upTo = last >= 0 ? again.subList(0, last + 1) : before(again, found);
            found.addAll(upTo);
            return new Turns(found, last >= 0 || again.size() < visits || upTo.size() < again.size());
        }

        /** Those of a second reading from the beginning that the first one did not have. */
        private static List<String> before(List<String> again, List<String> found) {
            return again.stream().filter(partition -> !found.contains(partition)).toList();
        }

        private void readUses(List<String> partitions) {
            if (rates.partition() != null) {
                for (String partition : partitions) {
                    uses.put(partition, new RateUse("", now));
                }
                db.jdbc.query(
                        db.sql("select partition_key, used from ppool_rate where pool = ? and partition_key = any(?)"
                                + " and partition_key <> ''"),
                        rows -> {
                            uses.put(TaskRows.text(rows, "partition_key"),
                                    new RateUse(TaskRows.text(rows, "used"), now));
                        },
                        pool, new SqlArrayValue("varchar", partitions.toArray()));
            }
        }

        /** Tasks without a partition know the rate of the pool only. */
        private int free(String partition, int most) {
            return rates.partition() == null || partition.isEmpty()
                    ? most
                    : Math.min(most, use(partition).free(rates.partition()));
        }

        /** One task for each partition in turns, until there are enough. */
        private List<Long> deal(Map<String, Integer> free, int most) {
            Map<String, List<Candidate>> candidates = new HashMap<>();
            List<String> wanted = List.copyOf(free.keySet());
            int each = Math.max(1, Math.ceilDiv(most, Math.max(1, wanted.size())));
            while (!wanted.isEmpty()) {
                candidates.putAll(sql.candidates(pool, wanted, kinds, each));
                int enough = free.entrySet().stream()
                        .mapToInt(entry -> Math.min(entry.getValue(), size(candidates, entry.getKey())))
                        .sum();
                int asked = each;
                wanted = enough >= most || each >= most
                        ? List.of()
                        : wanted.stream()
                                .filter(partition -> size(candidates, partition) >= asked
                                        && free.getOrDefault(partition, 0) > asked)
                                .toList();
                each = Math.min(most, each * 2);
            }
            return deal(free, candidates, most);
        }

        private List<Long> deal(Map<String, Integer> free, Map<String, List<Candidate>> candidates, int most) {
            List<Long> dealt = new ArrayList<>();
            boolean more = true;
            for (int deal = 0; more; deal++) {
                more = false;
                for (Map.Entry<String, Integer> entry : free.entrySet()) {
                    if (dealt.size() == most) {
                        return dealt;
                    }
                    if (deal < Math.min(entry.getValue(), size(candidates, entry.getKey()))) {
                        dealt.add(found(candidates, entry.getKey()).get(deal).id());
                        turn = entry.getKey();
                        more = true;
                    }
                }
            }
            return dealt;
        }

        private static int size(Map<String, List<Candidate>> candidates, String partition) {
            return found(candidates, partition).size();
        }

        private static List<Candidate> found(Map<String, List<Candidate>> candidates, String partition) {
            List<Candidate> found = candidates.get(partition);
            return found == null ? List.of() : found;
        }

        private RateUse use(String partition) {
            return Objects.requireNonNull(uses.get(partition));
        }

        /** In the order in which they were dealt. */
        private List<ClaimedTask> change(List<Long> dealt) {
            Map<Long, ClaimedTask> changed = new HashMap<>();
            for (Ranked ranked : sql.claim(node, dealt)) {
                changed.put(ranked.task().id(), ranked.task());
            }
            return dealt.stream().filter(changed::containsKey).map(changed::get).map(Objects::requireNonNull).toList();
        }

        private void store(Collection<ClaimedTask> tasks) {
            List<Object[]> rows = new ArrayList<>();
            if (rates.partition() != null) {
                Map<String, Integer> counts = new HashMap<>();
                tasks.stream()
                        .filter(task -> task.partition() != null)
                        .forEach(task -> counts.merge(task.partition(), 1, Integer::sum));
                counts.forEach((partition, count) -> {
                    RateUse used = use(partition);
                    used.take(rates.partition(), now, count);
                    rows.add(new Object[]{pool, partition, used.text(), "", null,
                            TaskDatabase.time(Instant.ofEpochMilli(used.freeAt()))});
                });
            }
            if (rates.pool() != null) {
                use.take(rates.pool(), now, tasks.size());
            }
            if (!tasks.isEmpty() || !turn.equals(row.turn)) {
                rows.add(new Object[]{pool, "", use.text(), turn, TaskDatabase.time(time), null});
                db.prepared.batchUpdate(db.sql(sql.putRate()), rows);
            }
            if (rows.size() > 1) {
                removeIdle();
            }
        }

        private void removeIdle() {
            List<String> idle = db.strings(
                    "select partition_key from ppool_rate where pool = ? and free_at <= ?"
                            + " order by pool, free_at fetch first " + REMOVED + " rows only",
                    pool, TaskDatabase.time(time));
            if (!idle.isEmpty()) {
                db.jdbc.update(
                        db.sql("delete from ppool_rate where pool = ? and partition_key = any(?) and free_at <= ?"),
                        pool, new SqlArrayValue("varchar", idle.toArray()), TaskDatabase.time(time));
            }
        }
    }
}
