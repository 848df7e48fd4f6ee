package io.github.ppool.genserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.CapturedLog;
import io.github.ppool.conformance.World;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server owes an answer to a caller that has given up, until the server is ready for the next one. */
@Timeout(60)
class OwedAnswersTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final CapturedLog log = CapturedLog.silence();
    private final World world = new World();
    private final List<ReplyTo<String>> putOff = new CopyOnWriteArrayList<>();
    private final GenServerRef<Duration, String, Object> server = world.perform(this::start);

    @AfterEach
    void close() {
        world.close();
        log.close();
    }

    private GenServerRef<Duration, String, Object> start() throws InterruptedException {
        return GenServerRef.start(world.system(), Slow::new, SpawnOptions.labelled("slow"));
    }

    /** Takes as long for its answer as it is asked to; if that is negative it puts the answer off. */
    private final class Slow implements GenServer<Duration, String, Object> {
        @Override
        public String handleCall(Duration time, ReplyTo<String> from, ServerContext self) throws Exception {
            if (time.isNegative()) {
                putOff.add(from);
                return from.later();
            }
            Objects.requireNonNull(ProcessSystem.currentProcess()).sleep(time);
            return "done";
        }
    }

    /** A process that asks, and then keeps all that it receives. */
    private Pid caller(Duration time, Duration timeout, List<Object> received) {
        Pid caller = world.system().spawn(self -> {
            try {
                received.add(server.call(time, timeout));
            } catch (CallTimeoutException e) {
                received.add("timed out");
            }
            while (true) {
                received.add(self.receive());
            }
        }, SpawnOptions.labelled("caller"));
        world.quiesce();
        return caller;
    }

    @Test
    void a_server_owes_an_answer_from_the_callers_time_out_on_until_it_has_given_it() {
        List<Object> received = new CopyOnWriteArrayList<>();
        caller(SECOND.multipliedBy(10), SECOND, received);
        assertThat(server.owesAnswers()).isFalse();
        world.advance(SECOND);
        assertThat(received).containsExactly("timed out");
        assertThat(server.owesAnswers()).isTrue();
        world.advance(SECOND.multipliedBy(9));
        assertThat(server.owesAnswers()).isFalse();
        assertThat(received).containsExactly("timed out"); // and the late answer is in no mailbox
    }

    @Test
    void it_owes_each_of_them_one() {
        List<Object> received = new CopyOnWriteArrayList<>();
        caller(SECOND.multipliedBy(10), SECOND, received);
        caller(SECOND.multipliedBy(10), SECOND, received);
        world.advance(SECOND.multipliedBy(10));
        assertThat(server.owesAnswers()).isTrue();
        world.advance(SECOND.multipliedBy(10));
        assertThat(server.owesAnswers()).isFalse();
    }

    @Test
    void callers_that_are_ended_or_interrupted_have_given_up_too() throws Exception {
        Pid killed = caller(SECOND, SECOND.multipliedBy(10), new CopyOnWriteArrayList<>());
        world.system().exit(killed, ExitReason.KILL);
        world.quiesce();
        assertThat(server.owesAnswers()).isTrue();
        world.advance(SECOND);
        assertThat(server.owesAnswers()).isFalse();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> server.call(SECOND)).isInstanceOf(InterruptedException.class);
        assertThat(server.owesAnswers()).isTrue();
        world.advance(SECOND);
        assertThat(server.owesAnswers()).isFalse();
    }

    @Test
    void a_server_that_was_asked_without_waiting_owes_nothing() {
        var stage = server.callAsync(SECOND).toCompletableFuture();
        assertThat(server.owesAnswers()).isFalse();
        world.advance(SECOND);
        assertThat(stage).isCompletedWithValue("done");
        assertThat(server.owesAnswers()).isFalse();
    }

    @Test
    void whoever_completes_the_stage_itself_waits_no_longer() {
        CompletableFuture<String> cancelled = server.callAsync(SECOND).toCompletableFuture();
        CompletableFuture<String> completed = server.callAsync(SECOND).toCompletableFuture();
        CompletableFuture<String> waits = server.callAsync(SECOND).toCompletableFuture();
        world.quiesce();
        assertThat(server.owesAnswers()).isFalse();
        cancelled.cancel(true);
        completed.complete("as if it had answered");
        assertThat(server.owesAnswers()).isTrue();
        world.advance(SECOND);
        assertThat(server.owesAnswers()).isTrue();
        world.advance(SECOND);
        assertThat(server.owesAnswers()).isFalse();
        assertThat(waits).isNotDone();
        world.advance(SECOND);
        assertThat(waits).isCompletedWithValue("done");
        assertThat(server.owesAnswers()).isFalse();
    }

    @Test
    void an_answer_that_is_given_twice_is_owed_once() {
        CompletableFuture<String> first = server.callAsync(SECOND.negated()).toCompletableFuture();
        CompletableFuture<String> second = server.callAsync(SECOND.negated()).toCompletableFuture();
        world.quiesce();
        first.cancel(true);
        second.cancel(true);
        assertThat(putOff.getFirst().reply("late")).isFalse();
        assertThat(putOff.getFirst().reply("later")).isFalse();
        assertThat(server.owesAnswers()).isTrue();
        assertThat(putOff.getLast().reply("late")).isFalse();
        assertThat(server.owesAnswers()).isFalse();
    }

    @Test
    void a_server_that_has_caught_up_owes_nothing_also_if_it_has_put_an_answer_off() {
        caller(SECOND.negated(), SECOND, new CopyOnWriteArrayList<>());
        world.advance(SECOND);
        assertThat(server.owesAnswers()).isTrue();
        world.perform(() -> {
            server.catchUp(SECOND);
            return true;
        });
        assertThat(server.owesAnswers()).isFalse();
        assertThat(putOff.getFirst().reply("late")).isFalse();
        assertThat(server.owesAnswers()).isFalse();
        caller(SECOND.multipliedBy(2), SECOND, new CopyOnWriteArrayList<>());
        world.advance(SECOND);
        assertThat(server.owesAnswers()).isTrue();
    }

    @Test
    void whoever_waits_for_a_server_to_catch_up_is_told_when_it_does_not() throws Exception {
        caller(SECOND.multipliedBy(10), SECOND, new CopyOnWriteArrayList<>());
        World.Errand<Boolean> waits = world.begin(() -> {
            server.catchUp(SECOND.multipliedBy(2));
            return true;
        });
        world.advance(SECOND.multipliedBy(2));
        assertThat(waits.isDone()).isTrue();
        assertThatThrownBy(waits::result).isInstanceOf(CallTimeoutException.class);
        assertThat(server.owesAnswers()).isTrue();
        world.system().exit(server.pid(), ExitReason.KILL);
        assertThat(server.owesAnswers()).isFalse();
        assertThatThrownBy(() -> server.catchUp(SECOND)).isInstanceOf(ServerExitedException.class);
        assertThat(server.owesAnswers()).isFalse();
    }

    @Test
    void a_server_does_not_wait_for_itself() throws Exception {
        GenServerRef<GenServerRef<?, ?, ?>, String, Object> own = GenServerRef.start(world.system(),
                () -> (request, from, self) -> {
                    request.catchUp(SECOND);
                    return "caught up";
                }, SpawnOptions.labelled("own"));
        world.begin(() -> own.call(own));
        world.quiesce();
        assertThat(world.system().exitReason(own.pid()).orElseThrow().cause().orElseThrow())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("must not wait for itself");
    }

    // ---- an interrupt that a call-back leaves behind

    private enum Leaves {
        INIT,
        HANDLE_CALL,
        HANDLE_CAST,
        HANDLE_INFO
    }

    private static final class Interrupting implements GenServer<String, String, String> {
        private final Leaves where;

        Interrupting(Leaves where) {
            this.where = where;
        }

        private void at(Leaves here) {
            if (here == where) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public Init init(ServerContext self) {
            at(Leaves.INIT);
            return Init.READY;
        }

        @Override
        public @Nullable String handleCall(String request, ReplyTo<String> from, ServerContext self) {
            String seen = request + " " + Thread.currentThread().isInterrupted();
            at(Leaves.HANDLE_CALL);
            return seen;
        }

        @Override
        public void handleCast(String message, ServerContext self) {
            at(Leaves.HANDLE_CAST);
        }

        @Override
        public void handleInfo(Object message, ServerContext self) {
            at(Leaves.HANDLE_INFO);
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_interrupt_that_a_call_back_leaves_is_gone_before_the_next_message(Leaves where) {
        GenServerRef<String, String, String> interrupting = world.perform(() -> GenServerRef
                .start(world.system(), () -> new Interrupting(where), SpawnOptions.labelled("interrupting")));
        for (int i = 0; i < 3; i++) {
            interrupting.cast("cast");
            interrupting.pid().send("info");
            world.quiesce();
            assertThat(world.perform(() -> interrupting.call("interrupted"))).isEqualTo("interrupted false");
        }
        assertThat(interrupting.pid().isAlive()).isTrue();
    }
}
