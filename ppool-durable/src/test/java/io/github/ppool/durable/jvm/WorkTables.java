package io.github.ppool.durable.jvm;

import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The application's tables: orders, of which each has a task; effects, which the tasks write; and attempts, written
 * beside any transaction. No table has a key that would hide a second row.
 */
final class WorkTables {

    private final JdbcTemplate jdbc;
    private final String prefix;

    WorkTables(JdbcTemplate jdbc, String prefix) {
        this.jdbc = jdbc;
        this.prefix = prefix;
    }

    void create() {
        jdbc.execute("create table " + prefix + "order (id text not null, kind text not null)");
        jdbc.execute("create table " + prefix + "effect (id text not null, kind text not null, node text not null)");
        jdbc.execute("create table " + prefix
                + "attempt (id text not null, kind text not null, node text not null, attempt int not null,"
                + " at timestamptz not null default clock_timestamp())");
    }

    void order(String kind, String id) {
        jdbc.update("insert into " + prefix + "order values (?, ?)", id, kind);
    }

    void effect(String kind, String id, String node) {
        jdbc.update("insert into " + prefix + "effect values (?, ?, ?)", id, kind, node);
    }

    void attempt(String kind, String id, String node, int attempt) {
        jdbc.update("insert into " + prefix + "attempt (id, kind, node, attempt) values (?, ?, ?, ?)",
                id, kind, node, attempt);
    }

    long orders() {
        return count("select count(*) from " + prefix + "order");
    }

    long effects() {
        return count("select count(*) from " + prefix + "effect");
    }

    long effects(String kind, String id) {
        return count("select count(*) from " + prefix + "effect where kind = '" + kind + "' and id = '" + id + "'");
    }

    boolean isOrdered(String id) {
        return count("select count(*) from " + prefix + "order where id = '" + id + "'") == 1;
    }

    /** The nodes of the attempts of a task, in their order. */
    List<String> attempts(String id) {
        return jdbc.queryForList(
                "select node from " + prefix + "attempt where id = ? order by attempt, at", String.class, id);
    }

    /** Orders of which there is not exactly one effect. */
    List<String> notOnce(String kind) {
        return jdbc.queryForList("select o.id || ' x' || count(e.id) from " + prefix + "order o left join " + prefix
                + "effect e on e.id = o.id where o.kind = ? group by o.id having count(e.id) <> 1", String.class, kind);
    }

    /** Orders without an effect. */
    List<String> never(String kind) {
        return jdbc.queryForList("select o.id from " + prefix + "order o left join " + prefix
                + "effect e on e.id = o.id where o.kind = ? and e.id is null", String.class, kind);
    }

    /** Attempts of a task that had the same number, which is their token, as another one. */
    List<String> numbersTwice() {
        return jdbc.queryForList("select id || ' attempt ' || attempt || ' x' || count(*) from " + prefix
                + "attempt group by id, attempt having count(*) > 1", String.class);
    }

    /** Effects and attempts of orders that were rolled back. */
    List<String> ofNoOrder() {
        return jdbc.queryForList("select id from (select id from " + prefix + "effect union all select id from "
                + prefix + "attempt) done where not exists (select 1 from " + prefix + "order o where o.id = done.id)",
                String.class);
    }

    private long count(String sql) {
        Long count = jdbc.queryForObject(sql, Long.class);
        return count == null ? 0 : count;
    }
}
