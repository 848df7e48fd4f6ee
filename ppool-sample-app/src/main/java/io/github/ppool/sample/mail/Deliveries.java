package io.github.ppool.sample.mail;

import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** A table of the mails of each nagger that a server has answered. Any instance may send them. */
@Repository
public class Deliveries {

    private final JdbcClient database;

    Deliveries(JdbcClient database) {
        this.database = database;
        database.sql("create table if not exists deliveries (nagger varchar(100) primary key, sent int not null,"
                + " lost int not null)").update();
    }

    /**
     * The mails of a nagger.
     *
     * @param sent the number of mails that the server has accepted
     * @param lost the number of mails that it has refused for good
     */
    public record Count(int sent, int lost) {

        /** No mails. */
        public static final Count NONE = new Count(0, 0);
    }

    private record Row(String nagger, Count count) {}

    /** A new nagger, without mails. */
    public void begin(String nagger) {
        database.sql("insert into deliveries (nagger, sent, lost) values (:nagger, 0, 0)")
                .param("nagger", nagger)
                .update();
    }

    /** Counts a mail. A nagger that is forgotten meanwhile has no row any more. */
    @Transactional
    void count(String nagger, boolean accepted) {
        database.sql("update deliveries set sent = sent + :sent, lost = lost + :lost where nagger = :nagger")
                .param("sent", accepted ? 1 : 0)
                .param("lost", accepted ? 0 : 1)
                .param("nagger", nagger)
                .update();
    }

    /** Forgets a nagger. */
    public void forget(String nagger) {
        database.sql("delete from deliveries where nagger = :nagger").param("nagger", nagger).update();
    }

    /** The mails of the naggers whose names begin so. */
    public Map<String, Count> startingWith(String prefix) {
        return database.sql("select nagger, sent, lost from deliveries where nagger like :prefix")
                .param("prefix", prefix + "%")
                .query((row, number) -> new Row(
                        row.getString("nagger"), new Count(row.getInt("sent"), row.getInt("lost"))))
                .list()
                .stream()
                .collect(Collectors.toMap(Row::nagger, Row::count, (one, two) -> one));
    }
}
