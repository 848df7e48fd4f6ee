package io.github.ppool.cluster.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The statements for H2: short transactions, since H2 has no statement that updates and reads. Calls that give
 * permits to a node lock the node's row, so that it is not taken over meanwhile.
 */
final class H2LeaseSession extends JdbcLeaseSession {

    /** H2's current_timestamp stands still during a transaction; all transactions here are short. */
    private static final String NOW = "current_timestamp(9)";

    private static final String FREE = "holder is null and (rests_until is null or rests_until <= " + NOW + ")";

    private static final String SET_FREE = "set holder = null, since = null, hand_over = false, rests_until = ";

    /** The news of a node, in one query: the columns are those of {@link Renewal}. */
    private static final String NEWS = "select n.draining,"
            + " (select count(*) from ppool_node where expires <= " + NOW + "),"
            + " (select datediff(millisecond, " + NOW + ", min(expires)) from ppool_node"
            + "  where expires > " + NOW + " and incarnation <> n.incarnation),"
            + " (select count(*) from ppool_permit where holder = n.incarnation),"
            + " (select array_agg(distinct name) from ppool_wish where holder <> n.incarnation"
            + "  and name in (select name from ppool_permit where holder = n.incarnation)),"
            + " (select array_agg(distinct name) from ppool_wish where holder = n.incarnation"
            + "  and name in (select name from ppool_permit where " + FREE + ")),"
            + " (select array_agg(distinct name) from ppool_permit where holder = n.incarnation and hand_over),"
            + " exists (select 1 from ppool_broadcast_node where incarnation = n.incarnation and answer is null),"
            + " exists (select 1 from ppool_broadcast where kept_until < " + NOW + ")"
            + " from ppool_node n where n.incarnation = ?";

    H2LeaseSession(Connection connection, LeaseTables tables, Duration timeout) throws SQLException {
        super(connection, tables, timeout);
    }

    @Override
    Dialect dialect() {
        return Dialect.H2;
    }

    @Override
    String now() {
        return NOW;
    }

    @Override
    String began() {
        return NOW;
    }

    @Override
    String nowMicros() {
        return "cast(floor(extract(epoch from " + NOW + ") * 1000000) as bigint)";
    }

    /** The parameters are those of PostgreSQL's statement. A row that another connection makes fails the statement. */
    @Override
    String insertLedger() {
        return "insert into ppool_cluster_rate (name, version, ledger) values (?, 1, ?)";
    }

    @Override
    public boolean replaceLedger(String name, long version, String text) {
        try {
            return super.replaceLedger(name, version, text);
        } catch (LeaseStoreException failed) {
            if (version == 0 && SqlFailures.isThere(failed)) {
                return false;
            }
            throw failed;
        }
    }

    @Override
    String laterThan(String time) {
        return "dateadd(millisecond, ?, " + time + ")";
    }

    private <T> T transaction(String step, Work<T> work) {
        return transaction(step, Connection.TRANSACTION_READ_COMMITTED, work);
    }

    /** Locks the node's row until the end of the transaction. False if its lease has ended. */
    private boolean lockLiving(NodeId node) {
        return !jdbc.queryForList(
                sql("select incarnation from ppool_node where incarnation = ? and expires > " + NOW
                        + " for update"),
                UUID.class, node.incarnation())
                .isEmpty();
    }

    @Override
    public Optional<Renewal> renew(NodeId node, Duration lease) {
        UUID id = node.incarnation();
        return transaction("renewing the lease", () -> {
            int renewed = jdbc.update(
                    sql("update ppool_node set expires = " + later() + " where incarnation = ? and expires > " + NOW),
                    lease.toMillis(), id);
            if (renewed == 0) {
                return Optional.empty();
            }
            return Optional.of(Objects.requireNonNull(jdbc.queryForObject(sql(NEWS), (row, number) -> new Renewal(
                    row.getBoolean(1),
                    row.getInt(2),
                    soonest(row.getObject(3, Long.class)),
                    row.getInt(4),
                    names(row, 5),
                    names(row, 6),
                    names(row, 7),
                    row.getBoolean(8),
                    row.getBoolean(9)),
                    id)));
        });
    }

    @Override
    public int sendBroadcast(BroadcastRequest broadcast, Duration begin, Duration keep, int most) {
        return transaction("sending a broadcast", () -> {
            int nodes = count("select count(*) from ppool_node where expires > " + NOW);
            if (nodes > most || count("select count(*) from ppool_broadcast where id = ?", broadcast.id()) > 0) {
                return nodes;
            }
            jdbc.update(
                    sql("insert into ppool_broadcast"
                            + " (id, pool, name, payload, within_millis, sent, begin_until, kept_until, ended)"
                            + " values (?, ?, ?, ?, ?, " + NOW + ", " + later() + ", " + later() + ", false)"),
                    broadcast.id(), broadcast.pool(), broadcast.name(), broadcast.payload(),
                    broadcast.within().toMillis(), begin.toMillis(), keep.toMillis());
            jdbc.update(
                    sql("insert into ppool_broadcast_node (incarnation, broadcast, node)"
                            + " select incarnation, cast(? as uuid), name from ppool_node where expires > " + NOW),
                    broadcast.id());
            return nodes;
        });
    }

    private int count(String query, Object... arguments) {
        Integer count = jdbc.queryForObject(sql(query), Integer.class, arguments);
        return count == null ? 0 : count;
    }

    private static Set<String> names(ResultSet row, int column) throws SQLException {
        Array array = row.getArray(column);
        return array == null
                ? Set.of()
                : Set.of(Arrays.copyOf(
                        (Object[]) array.getArray(), ((Object[]) array.getArray()).length, String[].class));
    }

    @Override
    public List<NodeId> takeOver(int batch, Duration rest) {
        return transaction("taking nodes over", () -> {
            List<NodeId> dead = jdbc.query(
                    sql("select name, incarnation from ppool_node where expires <= " + NOW
                            + " order by expires fetch first ? rows only for update skip locked"),
                    (row, number) -> node(row, 1, 2), batch);
            for (NodeId node : dead) {
                jdbc.update(sql("update ppool_permit " + SET_FREE + later() + " where holder = ?"),
                        rest.toMillis(), node.incarnation());
                jdbc.update(sql("delete from ppool_node where incarnation = ?"), node.incarnation());
            }
            return dead;
        });
    }

    @Override
    public void leave(NodeId node) {
        transaction("leaving", () -> {
            jdbc.update(sql("update ppool_permit " + SET_FREE + "null where holder = ?"), node.incarnation());
            return jdbc.update(sql("delete from ppool_node where incarnation = ?"), node.incarnation());
        });
    }

    @Override
    public void prepare(String name, int limit) {
        call("preparing the permits", () -> jdbc.update(
                sql("merge into ppool_permit (name, slot) key (name, slot)"
                        + " select cast(? as varchar(200)), x - 1 from system_range(1, ?) where x - 1 not in"
                        + " (select slot from ppool_permit where name = ?)"),
                name, limit, name));
    }

    @Override
    public List<Permit> acquire(NodeId node, String name, int limit, int count, boolean unlessWanted) {
        UUID id = node.incarnation();
        return transaction("acquiring a permit", () -> {
            List<Permit> permits = new ArrayList<>();
            if (!lockLiving(node) || (unlessWanted
                    && count("select count(*) from ppool_wish where name = ? and holder <> ?", name, id) > 0)) {
                return permits;
            }
            int held = count("select count(*) from ppool_permit where name = ? and holder is not null", name);
            int most = Math.min(count, limit - held);
            if (most <= 0) {
                return permits;
            }
            List<Permit> free = jdbc.query(
                    sql("select slot, token from ppool_permit where name = ? and slot < ? and " + FREE
                            + " order by slot fetch first ? rows only for update skip locked"),
                    (row, number) -> new Permit(name, row.getInt(1), row.getLong(2) + 1),
                    name, limit, most);
            for (Permit permit : free) {
                int got = jdbc.update(
                        sql("update ppool_permit set holder = ?, token = ?, since = " + NOW
                                + ", rests_until = null, hand_over = false where name = ? and slot = ? and token = ?"
                                + " and holder is null"),
                        id, permit.token(), name, permit.slot(), permit.token() - 1);
                if (got == 1) {
                    permits.add(permit);
                }
            }
            return permits;
        });
    }

    @Override
    public int release(NodeId node, Collection<Permit> permits) {
        return transaction("releasing permits", () -> {
            int released = 0;
            for (Permit permit : permits) {
                released += jdbc.update(
                        sql("update ppool_permit " + SET_FREE
                                + "null where name = ? and slot = ? and token = ? and holder = ?"),
                        permit.name(), permit.slot(), permit.token(), node.incarnation());
            }
            return released;
        });
    }

    @Override
    public void wish(NodeId node, Map<String, Integer> wanted) {
        UUID id = node.incarnation();
        transaction("recording wishes", () -> {
            boolean living = lockLiving(node);
            wanted.forEach((name, count) -> {
                if (count <= 0) {
                    jdbc.update(sql("delete from ppool_wish where name = ? and holder = ?"), name, id);
                } else if (living) {
                    jdbc.update(sql("merge into ppool_wish (name, holder, wanted) key (name, holder) values (?, ?, ?)"),
                            name, id, count);
                }
            });
            return living;
        });
    }
}
