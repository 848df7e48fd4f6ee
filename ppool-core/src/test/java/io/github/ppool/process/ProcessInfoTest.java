package io.github.ppool.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.conformance.World;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProcessInfoTest {

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private Duration inStatusFor(Pid pid) {
        return world.system().info(pid).inStatusFor();
    }

    @Test
    void a_process_has_waited_since_its_wait_began_and_a_message_begins_another_wait() {
        Pid pid = world.system().spawn(self -> {
            while (true) {
                self.receive();
            }
        });
        world.quiesce();
        world.advance(Duration.ofSeconds(5));
        assertThat(world.system().info(pid).status()).isEqualTo(ProcessStatus.WAITING);
        assertThat(inStatusFor(pid)).isEqualTo(Duration.ofSeconds(5));
        pid.send("go on");
        world.quiesce();
        world.advance(Duration.ofSeconds(2));
        assertThat(inStatusFor(pid)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void a_sleeping_process_has_waited_since_it_fell_asleep() {
        Pid pid = world.system().spawn(self -> self.sleep(Duration.ofMinutes(1)));
        world.quiesce();
        world.advance(Duration.ofSeconds(20));
        assertThat(inStatusFor(pid)).isEqualTo(Duration.ofSeconds(20));
    }
}
