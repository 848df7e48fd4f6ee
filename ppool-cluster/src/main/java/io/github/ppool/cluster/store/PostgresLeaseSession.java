package io.github.ppool.cluster.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The statements for PostgreSQL: one for each call, so that the locks of a call end with it even if the node is stopped
 * before it has read the answer.
 *
 * <p>A foreign key leads from each permit to its holder's row. So a permit can't be given to a node while it is taken
 * over: {@code acquire} locks the key of the node's row, and {@code takeOver} skips rows that are locked. A renewal
 * does not conflict with {@code acquire}.
 */
final class PostgresLeaseSession extends JdbcLeaseSession {

    private static final String MILLIS = "? * interval '1 millisecond'";

    /**
     * The condition is evaluated again after a wait for the row's lock, with the time of that moment. A node that was
     * taken over meanwhile has no row.
     */
    private static final String RENEW = "with renewed as (update ppool_node set expires = clock_timestamp() + " + MILLIS
            + " where incarnation = ? and expires > clock_timestamp() returning draining, incarnation),"
            + " mine as (select name, hand_over from ppool_permit where holder = ?)"
            + " select r.draining,"
            + " (select count(*) from ppool_node where expires <= clock_timestamp() and incarnation <> r.incarnation),"
            + " (select floor(extract(epoch from min(expires) - clock_timestamp()) * 1000)::bigint from ppool_node"
            + "  where expires > clock_timestamp() and incarnation <> r.incarnation),"
            + " (select count(*) from mine),"
            + " array(select distinct w.name from ppool_wish w"
            + "  where w.holder <> r.incarnation and w.name in (select name from mine)),"
            + " array(select distinct w.name from ppool_wish w where w.holder = r.incarnation and exists (select 1"
            + "  from ppool_permit p where p.name = w.name and p.holder is null"
            + "  and (p.rests_until is null or p.rests_until <= clock_timestamp()))),"
            + " array(select distinct name from mine where hand_over),"
            + " exists (select 1 from ppool_broadcast_node b where b.incarnation = r.incarnation and b.answer is null),"
            + " exists (select 1 from ppool_broadcast where kept_until < clock_timestamp())"
            + " from renewed r";

    private static final String TAKE_OVER = "with dead as (select incarnation, name from ppool_node"
            + " where expires <= clock_timestamp() order by expires limit ? for update skip locked),"
            + " freed as (update ppool_permit set holder = null, since = null, hand_over = false,"
            + "  rests_until = clock_timestamp() + " + MILLIS
            + "  where holder = any(array(select incarnation from dead))),"
            + " gone as (delete from ppool_node where incarnation = any(array(select incarnation from dead)))"
            + " select name, incarnation from dead";

    private static final String LEAVE = "with freed as (update ppool_permit set holder = null, since = null,"
            + "  hand_over = false, rests_until = null where holder = ?)"
            + " delete from ppool_node where incarnation = ?";

    /** The rows are chosen once, by the array: a sub-query in its place might run again for each row. */
    private static final String ACQUIRE = "update ppool_permit set holder = ?, token = token + 1,"
            + " since = clock_timestamp(), rests_until = null, hand_over = false"
            + " where name = ? and holder is null and slot = any(array("
            + "  select slot from ppool_permit where name = ? and slot < ? and holder is null"
            + "  and (rests_until is null or rests_until <= clock_timestamp()) order by slot"
            + "  limit least(?, greatest(0, ? - (select count(*) from ppool_permit"
            + "   where name = ? and holder is not null)))"
            + "  for update skip locked))"
            + " and exists (select 1 from ppool_node where incarnation = ? and expires > clock_timestamp())";

    private static final String UNLESS_WANTED = " and not exists (select 1 from ppool_wish"
            + " where name = ? and holder <> ?)";

    private static final String WISH = "with gone as (delete from ppool_wish where holder = ? and name = any(?)),"
            + " alive as (select incarnation from ppool_node where incarnation = ? and expires > clock_timestamp())"
            + " insert into ppool_wish (name, holder, wanted) select u.name, a.incarnation, u.wanted"
            + " from unnest(?::text[], ?::integer[]) as u(name, wanted), alive a"
            + " on conflict (name, holder) do update set wanted = excluded.wanted";

    /** Statement_timestamp: one time for all three. The count is that of the nodes, also if no row is recorded. */
    private static final String SEND = "with living as (select incarnation, name from ppool_node"
            + "  where expires > clock_timestamp()),"
            + " told as (insert into ppool_broadcast"
            + "  (id, pool, name, payload, within_millis, sent, begin_until, kept_until, ended)"
            + "  select ?, ?, ?, ?, ?, statement_timestamp(), statement_timestamp() + " + MILLIS
            + ", statement_timestamp() + " + MILLIS + ", false where (select count(*) from living) <= ?"
            + "  on conflict do nothing returning id),"
            + " asked as (insert into ppool_broadcast_node (incarnation, broadcast, node)"
            + "  select l.incarnation, t.id, l.name from living l, told t)"
            + " select count(*) from living";

    PostgresLeaseSession(Connection connection, LeaseTables tables, Duration timeout) throws SQLException {
        super(connection, tables, timeout);
    }

    @Override
    Dialect dialect() {
        return Dialect.POSTGRESQL;
    }

    @Override
    String now() {
        return "clock_timestamp()";
    }

    @Override
    String began() {
        return "statement_timestamp()";
    }

    @Override
    String nowMicros() {
        return "floor(extract(epoch from clock_timestamp()) * 1000000)::bigint";
    }

    @Override
    String insertLedger() {
        return "insert into ppool_cluster_rate (name, version, ledger) values (?, 1, ?) on conflict do nothing";
    }

    @Override
    String laterThan(String time) {
        return time + " + " + MILLIS;
    }

    @Override
    public Optional<Renewal> renew(NodeId node, Duration lease) {
        UUID id = node.incarnation();
        return call("renewing the lease", () -> jdbc.query(
                sql(RENEW),
                rows -> rows.next()
                        ? Optional.of(new Renewal(
                                rows.getBoolean(1),
                                rows.getInt(2),
                                soonest(rows.getObject(3, Long.class)),
                                rows.getInt(4),
                                names(rows, 5),
                                names(rows, 6),
                                names(rows, 7),
                                rows.getBoolean(8),
                                rows.getBoolean(9)))
                        : Optional.empty(),
                lease.toMillis(), id, id));
    }

    private static Set<String> names(ResultSet row, int column) throws SQLException {
        Array array = Objects.requireNonNull(row.getArray(column));
        return Set.of((String[]) array.getArray());
    }

    @Override
    public List<NodeId> takeOver(int batch, Duration rest) {
        return call("taking nodes over", () -> jdbc.query(
                sql(TAKE_OVER), (row, number) -> node(row, 1, 2), batch, rest.toMillis()));
    }

    @Override
    public void leave(NodeId node) {
        call("leaving", () -> jdbc.update(sql(LEAVE), node.incarnation(), node.incarnation()));
    }

    @Override
    public void prepare(String name, int limit) {
        call("preparing the permits", () -> jdbc.update(
                sql("insert into ppool_permit (name, slot) select ?, slot from generate_series(0, ? - 1) as s(slot)"
                        + " on conflict do nothing"),
                name, limit));
    }

    @Override
    public List<Permit> acquire(NodeId node, String name, int limit, int count, boolean unlessWanted) {
        UUID id = node.incarnation();
        List<Object> arguments = new ArrayList<>(List.of(id, name, name, limit, count, limit, name, id));
        if (unlessWanted) {
            arguments.add(name);
            arguments.add(id);
        }
        try {
            return call("acquiring a permit", () -> jdbc.query(
                    sql(ACQUIRE + (unlessWanted ? UNLESS_WANTED : "") + " returning slot, token"),
                    (row, number) -> new Permit(name, row.getInt(1), row.getLong(2)),
                    arguments.toArray()));
        } catch (LeaseStoreException failed) {
            if (SqlFailures.isForeignKey(failed)) {
                return List.of(); // the node was taken over after the statement had read its row
            }
            throw failed;
        }
    }

    @Override
    public int release(NodeId node, Collection<Permit> permits) {
        return call("releasing permits", () -> jdbc.update(
                sql("update ppool_permit p set holder = null, since = null, hand_over = false, rests_until = null"
                        + " from unnest(?::text[], ?::integer[], ?::bigint[]) as g(name, slot, token)"
                        + " where p.name = g.name and p.slot = g.slot and p.token = g.token and p.holder = ?"),
                texts(permits.stream().map(Permit::name).toArray()),
                connection.createArrayOf("integer", permits.stream().map(Permit::slot).toArray()),
                connection.createArrayOf("bigint", permits.stream().map(Permit::token).toArray()),
                node.incarnation()));
    }

    @Override
    public void wish(NodeId node, Map<String, Integer> wanted) {
        UUID id = node.incarnation();
        List<Map.Entry<String, Integer>> wishes = wanted.entrySet().stream().filter(entry -> entry.getValue() > 0)
                .toList();
        try {
            call("recording wishes", () -> jdbc.update(
                    sql(WISH),
                    id,
                    texts(wanted.entrySet().stream()
                            .filter(entry -> entry.getValue() <= 0)
                            .map(Map.Entry::getKey)
                            .toArray()),
                    id,
                    texts(wishes.stream().map(Map.Entry::getKey).toArray()),
                    connection.createArrayOf("integer", wishes.stream().map(Map.Entry::getValue).toArray())));
        } catch (LeaseStoreException failed) {
            if (!SqlFailures.isForeignKey(failed)) { // else the node was taken over meanwhile, and has no wishes
                throw failed;
            }
        }
    }

    @Override
    public int sendBroadcast(BroadcastRequest broadcast, Duration begin, Duration keep, int most) {
        return call("sending a broadcast", () -> Objects.requireNonNull(jdbc.queryForObject(
                sql(SEND), Integer.class, broadcast.id(), broadcast.pool(), broadcast.name(), broadcast.payload(),
                broadcast.within().toMillis(), begin.toMillis(), keep.toMillis(), most)));
    }

    private Array texts(Object[] values) throws SQLException {
        return connection.createArrayOf("text", values);
    }
}
