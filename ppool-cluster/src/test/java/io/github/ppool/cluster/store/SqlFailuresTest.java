package io.github.ppool.cluster.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The exceptions of drivers are foreign code: they may be rings, and may throw when they are asked. */
@Timeout(60)
class SqlFailuresTest {

    /** Its cause is the exception that it is given later. */
    private static final class Ring extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private transient @Nullable Throwable next;

        @Override
        public synchronized @Nullable Throwable getCause() {
            return next;
        }
    }

    /** Its methods throw. */
    private static final class Mute extends SQLException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message");
        }

        @Override
        public String getSQLState() {
            throw new IllegalStateException("no state");
        }
    }

    @Test
    void a_ring_of_causes_has_an_end() {
        Ring one = new Ring();
        Ring other = new Ring();
        one.next = other;
        other.next = one;
        assertThat((Throwable) SqlFailures.sql(one)).isNull();
        assertThat(SqlFailures.isCrossed(one)).isFalse();
        assertThat(SqlFailures.isMissing(one)).isFalse();
        other.next = new SQLException("deadlock", "40P01");
        assertThat(SqlFailures.isCrossed(one)).isTrue();
        assertThat(SqlFailures.text(one)).isEqualTo("deadlock (40P01)");
    }

    @Test
    void an_exception_that_throws_when_it_is_asked_is_an_unknown_failure() {
        SQLException mute = new Mute();
        assertThat(SqlFailures.text(mute)).contains(Mute.class.getName());
        assertThat(SqlFailures.isMissing(mute)).isFalse();
        assertThat(SqlFailures.isRefused(mute)).isFalse();
        assertThat(SqlFailures.isThere(mute)).isFalse();
        assertThat(SqlFailures.isCrossed(mute)).isFalse();
    }

    @Test
    void a_driver_may_throw_the_same_exception_again_at_the_roll_back() {
        SQLException failed = new SQLException("connection reset", "08006");
        SqlFailures.suppress(failed, failed);
        assertThat(failed.getSuppressed()).isEmpty();
        SQLException second = new SQLException("closed");
        SqlFailures.suppress(failed, second);
        assertThat(failed.getSuppressed()).containsExactly(second);
    }

    @Test
    void an_address_is_no_part_of_the_text() {
        assertThat(SqlFailures.text(new IllegalStateException(new SQLException(
                "no route to jdbc:postgresql://db/x?password=secret\nand more", "08001"))))
                .isEqualTo("no route to (URL) (08001)");
        assertThat(SqlFailures.text(new SQLException("x".repeat(1_000)))).isEqualTo("x".repeat(300) + "…");
    }
}
