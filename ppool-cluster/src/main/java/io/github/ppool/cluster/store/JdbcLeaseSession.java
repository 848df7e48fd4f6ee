package io.github.ppool.cluster.store;

import io.github.ppool.cluster.store.LeaseSnapshot.NodeRow;
import io.github.ppool.cluster.store.LeaseSnapshot.PermitRow;
import io.github.ppool.cluster.store.LeaseSnapshot.WishRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The statements that PostgreSQL and H2 have in common. A statement commits at once, unless it is in a transaction. */
abstract class JdbcLeaseSession implements LeaseSession {

    /** The work of a call. */
    interface Work<T> {
        T run() throws SQLException;
    }

    /** The attempts at a transaction that meets others. */
    private static final int ATTEMPTS = 5;

    final Connection connection;
    final JdbcTemplate jdbc;
    private final LeaseTables tables;

    JdbcLeaseSession(Connection connection, LeaseTables tables, Duration timeout) throws SQLException {
        this.connection = connection;
        this.tables = tables;
        connection.setAutoCommit(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        this.jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
        // Ends the statement in the database too; the network's time-out ends only the wait for it.
        jdbc.setQueryTimeout(Math.clamp(timeout.plusMillis(999).toSeconds(), 1, Integer.MAX_VALUE));
    }

    /** The platform of the scripts. */
    abstract Dialect dialect();

    /** The expression for the time at which the database evaluates it. */
    abstract String now();

    final String sql(String statement) {
        return tables.sql(statement);
    }

    /** Runs the work of a call, which is one statement. */
    static <T> T call(String step, Work<T> work) {
        return again(() -> {
            try {
                return work.run();
            } catch (DataAccessException | SQLException failed) {
                throw JdbcLeaseStore.failure(step, failed);
            }
        });
    }

    /** Runs several statements as one transaction. */
    final <T> T transaction(String step, int isolation, Work<T> work) {
        return again(() -> attempt(step, isolation, work));
    }

    /** Runs a transaction again that has failed because of another one beside it. The failed one has had no effect. */
    private static <T> T again(Supplier<T> transaction) {
        for (int attempt = 1;; attempt++) {
            try {
                return transaction.get();
            } catch (LeaseStoreException failed) {
                if (attempt == ATTEMPTS || !SqlFailures.isCrossed(failed)) {
                    throw failed;
                }
            }
        }
    }

    private <T> T attempt(String step, int isolation, Work<T> work) {
        try {
            connection.setTransactionIsolation(isolation);
            connection.setAutoCommit(false);
            T result = work.run();
            connection.commit();
            connection.setAutoCommit(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            return result;
        } catch (DataAccessException | SQLException failed) {
            rollBack(failed);
            throw JdbcLeaseStore.failure(step, failed);
        }
    }

    private void rollBack(Exception failed) {
        try {
            connection.rollback();
        } catch (SQLException broken) {
            // The session is to be closed in any case; the database rolls back when it notices.
            SqlFailures.suppress(failed, broken);
        }
    }

    @Override
    public void checkSchema() {
        Integer found;
        try {
            found = jdbc.query(
                    sql("select version from ppool_version where component = ?"),
                    rows -> rows.next() ? (Integer) rows.getInt(1) : null,
                    LeaseTables.COMPONENT);
            jdbc.query(sql("select n.incarnation, n.name, n.since, n.expires, n.draining, p.name, p.slot, p.token,"
                    + " p.since, p.rests_until, p.hand_over, w.wanted, r.name, r.version, r.ledger,"
                    + " b.id, b.pool, b.name, b.payload, b.within_millis, b.sent, b.begin_until, b.kept_until,"
                    + " b.ended, a.broadcast, a.incarnation, a.node, a.answer"
                    + " from ppool_node n, ppool_permit p, ppool_wish w, ppool_cluster_rate r, ppool_broadcast b,"
                    + " ppool_broadcast_node a"
                    + " where n.incarnation = p.holder and w.holder = p.holder and a.broadcast = b.id and 1 = 0"),
                    rows -> null);
        } catch (DataAccessException failed) {
            if (SqlFailures.isMissing(failed)) {
                throw schema("the tables of ppool-cluster are missing or incomplete: " + SqlFailures.text(failed), null,
                        failed);
            }
            throw JdbcLeaseStore.failure("reading the version of the tables", failed);
        }
        if (found == null) {
            throw schema("the table ppool_version has no row with the component " + LeaseTables.COMPONENT, null, null);
        }
        if (found != LeaseTables.VERSION) {
            throw schema("the tables of ppool-cluster must have the version " + LeaseTables.VERSION + ", got: " + found,
                    found, null);
        }
    }

    private LeaseSchemaException schema(String message, @Nullable Integer found, @Nullable Throwable cause) {
        return new LeaseSchemaException(sql(message), dialect().platform(), found, LeaseTables.VERSION, cause);
    }

    @Override
    public void join(NodeId node, Duration lease, boolean draining) {
        call("joining", () -> jdbc.update(
                sql("insert into ppool_node (incarnation, name, since, expires, draining) values (?, ?, " + began()
                        + ", " + laterThan(began()) + ", ?)"),
                node.incarnation(), node.name(), lease.toMillis(), draining));
    }

    /** The expression for the time at which the statement began: the same wherever it stands in the statement. */
    abstract String began();

    /** The expression for a time after another one by a number of milliseconds, which is a parameter. */
    abstract String laterThan(String time);

    /** The expression for a time after now by a number of milliseconds, which is a parameter. */
    final String later() {
        return laterThan(now());
    }

    @Override
    public List<Permit> held(NodeId node) {
        return call("reading the permits of the node", () -> jdbc.query(
                sql("select name, slot, token from ppool_permit where holder = ? order by name, slot"),
                (row, number) -> new Permit(text(row, 1), row.getInt(2), row.getLong(3)),
                node.incarnation()));
    }

    @Override
    public List<Claim> claims(String name) {
        return call("reading the claims", () -> jdbc
                .query(
                        sql("select n.name, n.incarnation, n.draining,"
                                + " (select count(*) from ppool_permit p where p.name = ?"
                                + "  and p.holder = n.incarnation),"
                                + " (select w.wanted from ppool_wish w where w.name = ? and w.holder = n.incarnation)"
                                + " from ppool_node n"),
                        (row, number) -> new Claim(node(row, 1, 2), row.getInt(4), row.getInt(5), row.getBoolean(3)),
                        name, name)
                .stream()
                .filter(claim -> claim.held() > 0 || claim.wanted() > 0)
                .sorted(Comparator.comparing(Claim::node))
                .toList());
    }

    @Override
    public int requestHandOver(String name) {
        return call("asking for a hand-over", () -> jdbc.update(
                sql("update ppool_permit set hand_over = true where name = ? and holder is not null"), name));
    }

    @Override
    public int drain(String node, boolean draining) {
        return call("marking a node", () -> jdbc.update(
                sql("update ppool_node set draining = ? where name = ?"), draining, node));
    }

    /** The expression for the time, in microseconds since 1970. */
    abstract String nowMicros();

    @Override
    public LedgerRow ledger(String name) {
        return call("reading the ledger of a rate", () -> Objects.requireNonNull(jdbc.queryForObject(
                sql("select coalesce(max(version), 0), coalesce(max(ledger), ''), " + nowMicros()
                        + " from ppool_cluster_rate where name = ?"),
                (row, number) -> ledger(row, 1), name)));
    }

    private static LedgerRow ledger(ResultSet row, int first) throws SQLException {
        return new LedgerRow(row.getLong(first), text(row, first + 1), row.getLong(first + 2));
    }

    /** The statement that makes a ledger, unless there is one. */
    abstract String insertLedger();

    @Override
    public boolean replaceLedger(String name, long version, String text) {
        if (text.length() > LONGEST_LEDGER) {
            throw new IllegalArgumentException(
                    "ledger must have at most " + LONGEST_LEDGER + " characters, got " + text.length());
        }
        return call("replacing the ledger of a rate", () -> version == 0
                ? jdbc.update(sql(insertLedger()), name, text)
                : jdbc.update(
                        sql("update ppool_cluster_rate set version = version + 1, ledger = ?"
                                + " where name = ? and version = ?"),
                        text, name, version)) == 1;
    }

    @Override
    public SortedMap<String, LedgerRow> ledgers() {
        SortedMap<String, LedgerRow> all = new TreeMap<>();
        call("reading the ledgers of all rates", () -> jdbc.query(
                sql("select name, version, ledger, " + nowMicros() + " from ppool_cluster_rate"),
                (row, number) -> all.put(text(row, 1), ledger(row, 2))));
        return all;
    }

    @Override
    public List<BroadcastRequest> broadcasts(NodeId node) {
        return call("looking for broadcasts", () -> jdbc.query(
                sql("select b.id, b.pool, b.name, b.payload, b.within_millis"
                        + " from ppool_broadcast_node n join ppool_broadcast b on b.id = n.broadcast"
                        + " where n.incarnation = ? and n.answer is null and not b.ended and b.begin_until > " + now()
                        + " order by b.sent, b.id"),
                (row, number) -> new BroadcastRequest(Objects.requireNonNull(row.getObject(1, UUID.class)),
                        text(row, 2), text(row, 3), row.getString(4), Duration.ofMillis(row.getLong(5))),
                node.incarnation()));
    }

    @Override
    public boolean answerBroadcast(UUID id, NodeId node, String answer) {
        return call("answering a broadcast", () -> jdbc.update(
                sql("update ppool_broadcast_node set answer = ?"
                        + " where incarnation = ? and broadcast = ? and answer is null"),
                answer, node.incarnation(), id)) == 1;
    }

    @Override
    public List<BroadcastAnswer> broadcastAnswers(UUID id) {
        return call("looking for the answers to a broadcast", () -> jdbc
                .query(
                        sql("select b.node, b.incarnation, b.answer, not exists (select 1 from ppool_node n"
                                + " where n.incarnation = b.incarnation and n.expires > " + now() + ")"
                                + " from ppool_broadcast_node b where b.broadcast = ?"),
                        (row, number) -> new BroadcastAnswer(node(row, 1, 2), row.getString(3), row.getBoolean(4)), id)
                .stream()
                .sorted(Comparator.comparing(BroadcastAnswer::node))
                .toList());
    }

    @Override
    public void endBroadcast(UUID id) {
        call("ending a broadcast", () -> jdbc.update(
                sql("update ppool_broadcast set ended = true where id = ?"), id));
    }

    @Override
    public int removeBroadcasts() {
        return call("removing old broadcasts", () -> jdbc.update(
                sql("delete from ppool_broadcast where kept_until < " + now())));
    }

    @Override
    public List<BroadcastRow> allBroadcasts() {
        Map<UUID, List<BroadcastAnswer>> answers = new HashMap<>();
        call("reading the answers to broadcasts", () -> {
            answers.clear();
            return jdbc.query(
                    sql("select b.node, b.incarnation, b.answer, not exists (select 1 from ppool_node n"
                            + " where n.incarnation = b.incarnation and n.expires > " + now() + "), b.broadcast"
                            + " from ppool_broadcast_node b"),
                    (row, number) -> answers
                            .computeIfAbsent(Objects.requireNonNull(row.getObject(5, UUID.class)),
                                    unused -> new ArrayList<>())
                            .add(new BroadcastAnswer(node(row, 1, 2), row.getString(3), row.getBoolean(4))));
        });
        answers.values().forEach(list -> list.sort(Comparator.comparing(BroadcastAnswer::node)));
        return call("reading the broadcasts", () -> jdbc.query(
                sql("select id, pool, name, sent, not ended and kept_until > " + now() + " from ppool_broadcast"
                        + " order by sent desc, id"),
                (row, number) -> {
                    UUID id = Objects.requireNonNull(row.getObject(1, UUID.class));
                    return new BroadcastRow(id, text(row, 2), text(row, 3), time(row, 4), row.getBoolean(5),
                            answers.getOrDefault(id, List.of()));
                }));
    }

    @Override
    public LeaseSnapshot snapshot() {
        RowMapper<NodeRow> nodeRow = (row, number) -> new NodeRow(
                node(row, 1, 2), time(row, 3), time(row, 4), row.getBoolean(5), row.getBoolean(6));
        RowMapper<PermitRow> permitRow = (row, number) -> new PermitRow(
                text(row, 1),
                row.getInt(2),
                row.getLong(3),
                row.getObject(4, UUID.class) == null ? null : node(row, 5, 4),
                row.getObject(4, UUID.class) == null ? null : time(row, 6),
                row.getBoolean(7),
                row.getBoolean(8));
        RowMapper<WishRow> wishRow = (row, number) -> new WishRow(text(row, 1), node(row, 2, 3), row.getInt(4));
        return transaction("reading the state", Connection.TRANSACTION_REPEATABLE_READ, () -> new LeaseSnapshot(
                jdbc.query(sql("select name, incarnation, since, expires, expires <= " + now()
                        + ", draining from ppool_node"), nodeRow)
                        .stream()
                        .sorted(Comparator.comparing((NodeRow row) -> row.node().name())
                                .thenComparing(NodeRow::since)
                                .thenComparing(NodeRow::node))
                        .toList(),
                jdbc.query(sql("select p.name, p.slot, p.token, p.holder, n.name, p.since,"
                        + " p.holder is null and p.rests_until is not null and p.rests_until > " + now()
                        + ", p.hand_over from ppool_permit p"
                        + " left join ppool_node n on n.incarnation = p.holder"),
                        permitRow)
                        .stream()
                        .sorted(Comparator.comparing(PermitRow::name).thenComparing(PermitRow::slot))
                        .toList(),
                jdbc.query(sql("select w.name, n.name, w.holder, w.wanted from ppool_wish w, ppool_node n"
                        + " where n.incarnation = w.holder"), wishRow)
                        .stream()
                        .sorted(Comparator.comparing(WishRow::name).thenComparing(WishRow::node))
                        .toList()));
    }

    /** The time to the first end of another lease, as a query has it. */
    static long soonest(@Nullable Long millis) {
        return millis == null ? Renewal.NO_OTHER : Math.max(0, millis);
    }

    static NodeId node(ResultSet row, int name, int incarnation) throws SQLException {
        return new NodeId(text(row, name), Objects.requireNonNull(row.getObject(incarnation, UUID.class)));
    }

    static String text(ResultSet row, int column) throws SQLException {
        return Objects.requireNonNull(row.getString(column));
    }

    private static Instant time(ResultSet row, int column) throws SQLException {
        return Objects.requireNonNull(row.getObject(column, OffsetDateTime.class)).toInstant();
    }

    @Override
    public void close() {
        JdbcLeaseStore.closeQuietly(connection);
    }
}
