package io.github.ppool.sample.housekeeping;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** A table of the work that housekeeping has done, and the greatest token that it was done with. */
@Repository
@Profile("cluster")
class Journal {

    /** The number of lines that are kept. */
    private static final int KEPT = 1_000;

    private final JdbcClient database;
    private final String node;

    Journal(JdbcClient database, @Value("${ppool.cluster.node-name}") String node) {
        this.database = database;
        this.node = node;
        database.sql(
                "create table if not exists journal (done timestamp with time zone, node varchar(100), token bigint)")
                .update();
        database.sql("create table if not exists journal_guard (id int primary key, token bigint not null)").update();
        database.sql("merge into journal_guard (id, token) select 1, 0 where not exists (select 1 from journal_guard)")
                .update();
    }

    /**
     * A line of the journal.
     *
     * @param at the time of the database
     * @param node the instance that did the work
     * @param token the token of its lease
     */
    record Line(Instant at, String node, long token) {}

    /**
     * Deletes old lines and writes a new one. The first statement refuses a token that is smaller than the last one.
     *
     * @param token the token of the lease
     * @return false if another instance has the lease by now; nothing is changed
     */
    @Transactional
    boolean tidyUp(long token) {
        int current = database.sql("update journal_guard set token = :token where token <= :token")
                .param("token", token)
                .update();
        if (current == 0) {
            return false;
        }
        database.sql("delete from journal where done < (select min(done) from"
                + " (select done from journal order by done desc fetch first :kept rows only) as kept)")
                .param("kept", KEPT).update();
        database.sql("insert into journal (done, node, token) values (current_timestamp, :node, :token)")
                .param("node", node)
                .param("token", token)
                .update();
        return true;
    }

    /** The newest lines first. */
    List<Line> lines(int count) {
        return database.sql("select done, node, token from journal order by done desc fetch first :count rows only")
                .param("count", count)
                .query((row, number) -> new Line(
                        row.getObject("done", OffsetDateTime.class).toInstant(),
                        row.getString("node"),
                        row.getLong("token")))
                .list();
    }
}
