package io.github.ppool.genserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.conformance.World;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.SpawnOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two workers as people write them. */
@Timeout(60)
class WorkersTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final World world = new World();
    private final List<Object> received = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        world.close();
    }

    private GenServerRef<Nagger.Stop, String, Object> nagger(int max) throws InterruptedException {
        Pid receiver = world.system().spawn(self -> {
            while (true) {
                received.add(self.receive());
            }
        });
        return GenServerRef.start(world.system(), () -> new Nagger("finish the chapter", SECOND, max, receiver),
                SpawnOptions.labelled("nagger"));
    }

    @Test
    void theEchoAnswersAndStopsWithTheReasonItIsGiven() throws InterruptedException {
        GenServerRef<String, String, ExitReason> echo = GenServerRef.start(world.system(), EchoServer::new,
                SpawnOptions.labelled("echo"));
        assertThat(world.perform(() -> echo.call("hello"))).isEqualTo("hello");
        assertThat(world.perform(() -> echo.callForever("again"))).isEqualTo("again");
        echo.cast(ExitReason.shutdown("enough"));
        world.quiesce();
        assertThat(world.system().exitReason(echo.pid())).contains(ExitReason.shutdown("enough"));
    }

    @Test
    void theNaggerNagsSoManyTimesAndEndsNormally() throws InterruptedException {
        var nagger = nagger(3);
        world.advance(Duration.ofMillis(999));
        assertThat(received).isEmpty();
        world.advance(Duration.ofMillis(1));
        assertThat(received).containsExactly(new Nagger.Nag(nagger.pid(), "finish the chapter"));
        world.advance(SECOND);
        assertThat(received).hasSize(2);
        assertThat(nagger.pid().isAlive()).isTrue();
        world.advance(SECOND.multipliedBy(10));
        assertThat(received).hasSize(3);
        assertThat(world.system().exitReason(nagger.pid())).contains(ExitReason.NORMAL);
    }

    @Test
    void theNaggerNagsForEverUntilItIsStopped() throws InterruptedException {
        var nagger = nagger(Nagger.FOR_EVER);
        world.advance(SECOND.multipliedBy(100));
        assertThat(received).hasSize(100);
        assertThat(world.perform(() -> nagger.call(new Nagger.Stop()))).isEqualTo("ok");
        world.advance(SECOND.multipliedBy(100));
        assertThat(received).hasSize(100);
        assertThat(world.system().exitReason(nagger.pid())).contains(ExitReason.NORMAL);
    }
}
