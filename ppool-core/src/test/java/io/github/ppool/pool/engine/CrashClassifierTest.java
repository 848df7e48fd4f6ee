package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.HostileExceptions.EndlessException;
import io.github.ppool.HostileExceptions.HangingException;
import io.github.ppool.HostileExceptions.ThrowingException;
import io.github.ppool.genserver.CallTimeoutException;
import io.github.ppool.genserver.GenServer;
import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.genserver.ReplyTo;
import io.github.ppool.genserver.ServerContext;
import io.github.ppool.genserver.ServerExitedException;
import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolState;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.WorkerExitException;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.NoProcessException;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.NotSerializableException;
import java.io.StreamCorruptedException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.ConnectException;
import java.net.MalformedURLException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.MalformedInputException;
import java.nio.file.NoSuchFileException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import javax.naming.CommunicationException;
import javax.naming.NameNotFoundException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which exceptions of a transaction speak of a broken resource. */
class CrashClassifierTest {

    private final ProcessSystem system = new ProcessSystem();
    private final CapturedLog log = CapturedLog.open();

    @AfterEach
    void close() {
        log.close();
        system.close();
    }

    private static CrashClassifier judge(UnaryOperator<PoolSpec.Builder<Object>> settings) {
        return new CrashClassifier(settings.apply(PoolSpec.builder("pool", Object::new)).build());
    }

    private static boolean isBroken(Throwable thrown) {
        return judge(spec -> spec).isBroken(thrown, "a worker");
    }

    private static SQLException chained(SQLException next) {
        SQLException first = new BatchUpdateException();
        first.setNextException(next);
        return first;
    }

    static Stream<Throwable> broken() {
        return Stream.of(
                new IOException("Stream closed"),
                new EOFException(),
                new ConnectException(),
                new SocketException("Broken pipe"),
                new SocketTimeoutException(),
                new InterruptedIOException(),
                new java.net.http.HttpTimeoutException("late"),
                new SSLHandshakeException("bad certificate"),
                new ClosedChannelException(),
                new ClosedByInterruptException(),
                new StreamCorruptedException(),
                new UncheckedIOException(new IOException()),
                new TimeoutException(),
                new NoProcessException("a call"),
                new SQLNonTransientConnectionException(),
                new SQLTransientConnectionException(),
                new SQLRecoverableException(),
                new SQLTimeoutException(),
                new SQLException("gone", "08006"),
                new SQLException("shut down", "57P01"),
                chained(new SQLException("gone", "08S01")),
                chained(new SQLRecoverableException()),
                new CommunicationException(),
                new IOException(new NoSuchFileException("a cause of something worse")),
                new IOException("of a class of the application") {
                    private static final long serialVersionUID = 1L;
                });
    }

    static Stream<Throwable> notBroken() {
        return Stream.of(
                new IllegalStateException(),
                new NullPointerException(),
                new AssertionError(),
                new StackOverflowError(),
                new OutOfMemoryError(),
                new InterruptedException(),
                new ReflectiveOperationException(),
                new FileNotFoundException(),
                new NoSuchFileException("letter.txt"),
                new MalformedInputException(1),
                new NotSerializableException(),
                new ZipException(),
                new MalformedURLException(),
                new UncheckedIOException(new NoSuchFileException("letter.txt")),
                new JsonProcessingException("unexpected character"),
                new JsonProcessingException("of a subclass") {
                    private static final long serialVersionUID = 1L;
                },
                new SQLException("no state"),
                new SQLException("odd", ""),
                new SQLSyntaxErrorException("no table", "42P01"),
                new SQLIntegrityConstraintViolationException("twice", "23505"),
                chained(new SQLException("twice", "23505")),
                new NameNotFoundException());
    }

    private static Throwable wrapped(Throwable thrown, int times) {
        Throwable outer = thrown;
        for (int i = 0; i < times; i++) {
            outer = switch (i % 4) {
                case 0 -> new RuntimeException(outer);
                case 1 -> new ExecutionException(outer);
                case 2 -> new InvocationTargetException(outer);
                default -> new CompletionException(outer);
            };
        }
        return outer;
    }

    @ParameterizedTest
    @MethodSource("broken")
    void it_is_broken_by_the_exception_itself_and_by_a_cause_at_any_depth(Throwable thrown) {
        assertThat(isBroken(thrown)).isTrue();
        assertThat(isBroken(wrapped(thrown, 1))).isTrue();
        assertThat(isBroken(wrapped(thrown, 10))).isTrue();
        assertThat(isBroken(new AssertionError(thrown))).isTrue();
    }

    @ParameterizedTest
    @MethodSource("notBroken")
    void it_is_not_broken_by_what_says_nothing_of_the_resource(Throwable thrown) {
        assertThat(isBroken(thrown)).isFalse();
        assertThat(isBroken(wrapped(thrown, 10))).isFalse();
    }

    @Test
    void an_exception_about_data_with_a_broken_resource_as_its_cause_is_broken() {
        assertThat(isBroken(new JsonProcessingException("ended").initCause(new EOFException()))).isTrue();
        assertThat(isBroken(new NoSuchFileException("letter.txt").initCause(new SocketException()))).isTrue();
    }

    @Test
    void causes_that_go_round_are_looked_at_once() {
        Exception one = new Exception();
        Exception two = new Exception(one);
        one.initCause(two);
        assertThat(isBroken(two)).isFalse();
        IOException three = new IOException(two);
        assertThat(isBroken(new Exception(three))).isTrue();
    }

    @Test
    void a_hostile_exception_is_judged_by_its_class_alone() {
        assertThat(isBroken(new ThrowingException())).isFalse();
        assertThat(isBroken(new HangingException())).isFalse();
        assertThat(isBroken(new EndlessException())).isFalse();
        assertThat(isBroken(new IOException("around it", new ThrowingException()))).isTrue();
    }

    @Test
    void an_sql_exception_whose_state_cannot_be_had_is_not_broken() {
        SQLException hostile = new SQLException() {
            private static final long serialVersionUID = 1L;

            @Override
            public String getSQLState() {
                throw new IllegalStateException("hostile");
            }
        };
        assertThat(isBroken(hostile)).isFalse();
        assertThat(log.messages(Level.ERROR)).singleElement().asString().contains("crash-on");
    }

    @Test
    void a_ring_of_chained_sql_exceptions_is_left() {
        SQLException ring = new SQLException("odd", "22000") {
            private static final long serialVersionUID = 1L;

            @Override
            public SQLException getNextException() {
                return this;
            }
        };
        assertThat(isBroken(ring)).isFalse();
    }

    // ---- exceptions about other workers and processes

    @Test
    void the_failures_of_other_workers_and_processes_are_not_those_of_this_worker() {
        PoolStatus status = new PoolStatus("other", PoolPhase.RUNNING, PoolState.FULL, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0,
                0, Duration.ZERO, 1, null);
        IOException ofAnother = new IOException("the other pool's server is gone");
        assertThat(isBroken(new CheckoutTimeoutException("no worker", status, ofAnother))).isFalse();
        assertThat(isBroken(new RuntimeException(new PoolStoppedException("over", status, ofAnother)))).isFalse();
        Pid pid = system.spawn(self -> {});
        assertThat(isBroken(new WorkerExitException(pid, ExitReason.failure(ofAnother)))).isFalse();
        AtomicReference<@Nullable ProcessExit> exit = new AtomicReference<>();
        system.spawn(self -> {
            try {
                throw self.exit(ExitReason.failure(ofAnother));
            } catch (ProcessExit ends) {
                exit.set(ends);
                throw ends;
            }
        });
        Eventually.so(exit::toString, () -> exit.get() != null);
        assertThat(isBroken(Objects.requireNonNull(exit.get()))).isFalse();
    }

    // ---- servers

    private static final class Mute implements GenServer<String, String, String> {
        private final CountDownLatch until;

        private Mute(CountDownLatch until) {
            this.until = until;
        }

        @Override
        public String handleCall(String request, ReplyTo<String> from, ServerContext self) throws Exception {
            until.await();
            return request;
        }
    }

    @Test
    void a_call_that_timed_out_breaks_the_worker_unless_the_worker_is_that_server() throws Exception {
        CountDownLatch until = new CountDownLatch(1);
        GenServerRef<String, String, String> server = GenServerRef.start(system, () -> new Mute(until),
                SpawnOptions.labelled("server"));
        Throwable late = thrownBy(server);
        assertThat(late).isInstanceOfSatisfying(CallTimeoutException.class,
                timeout -> assertThat(timeout.server()).isEqualTo(server.pid()));
        CrashClassifier judge = judge(spec -> spec);
        assertThat(judge.isBroken(late, "another worker")).isTrue();
        assertThat(judge.isBroken(late, server)).isFalse();
        assertThat(judge.isBroken(new RuntimeException(late), server)).isFalse();
        assertThat(judge(spec -> spec.crashOn(CallTimeoutException.class::isInstance)).isBroken(late, server)).isTrue();
        until.countDown();
        system.exit(server.pid(), ExitReason.KILL);
        Throwable gone = thrownBy(server);
        assertThat(gone).isInstanceOf(ServerExitedException.class);
        assertThat(isBroken(gone)).isTrue();
    }

    private static Throwable thrownBy(GenServerRef<String, String, String> server) throws InterruptedException {
        try {
            throw new AssertionError(server.call("?", Duration.ofMillis(1)));
        } catch (CallTimeoutException | ServerExitedException thrown) {
            return thrown;
        }
    }

    // ---- another predicate

    @Test
    void another_predicate_takes_the_place_of_the_list_and_is_asked_about_causes_too() {
        CrashClassifier judge = judge(spec -> spec.crashOn(IllegalStateException.class::isInstance));
        assertThat(judge.isBroken(new IOException(), "a worker")).isFalse();
        assertThat(judge.isBroken(new IllegalStateException(), "a worker")).isTrue();
        assertThat(judge.isBroken(wrapped(new IllegalStateException(), 10), "a worker")).isTrue();
        CrashClassifier more = judge(
                spec -> spec.crashOn(PoolSpec.BROKEN_RESOURCE.or(IllegalStateException.class::isInstance)));
        assertThat(more.isBroken(new IOException(), "a worker")).isTrue();
        assertThat(more.isBroken(new IllegalStateException(), "a worker")).isTrue();
        assertThat(more.isBroken(new IllegalArgumentException(), "a worker")).isFalse();
        CrashClassifier none = judge(spec -> spec.crashOn(failure -> false));
        assertThat(broken()).noneMatch(thrown -> none.isBroken(thrown, "a worker"));
    }

    @Test
    void a_predicate_is_asked_from_the_outermost_to_the_innermost_until_it_says_yes() {
        List<Throwable> asked = new ArrayList<>();
        Predicate<Throwable> predicate = failure -> {
            asked.add(failure);
            return failure instanceof IOException;
        };
        IOException io = new IOException(new IllegalStateException());
        RuntimeException outer = new RuntimeException(io);
        assertThat(judge(spec -> spec.crashOn(predicate)).isBroken(outer, "a worker")).isTrue();
        assertThat(asked).containsExactly(outer, io);
    }

    @Test
    void a_predicate_that_throws_about_the_exception_is_asked_about_its_cause() {
        Predicate<Throwable> predicate = failure -> {
            if (failure instanceof RuntimeException) {
                throw new IllegalArgumentException("not thought of");
            }
            return failure instanceof IOException;
        };
        RuntimeException outer = new RuntimeException(new IOException());
        assertThat(judge(spec -> spec.crashOn(predicate)).isBroken(outer, "a worker")).isTrue();
        assertThat(outer.getSuppressed()).singleElement().isInstanceOf(IllegalArgumentException.class);
        assertThat(log.messages(Level.ERROR)).hasSize(1);
    }
}
