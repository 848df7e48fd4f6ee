package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessInfo;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.supervisor.ChildInfo;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An answer with many children is written while they are looked at. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "management.endpoints.web.exposure.include=ppool"
})
@Timeout(60)
class ChildrenStreamWebTest {

    private static final int CHILDREN = 1_000;
    /**
     * Such that the whole answer, of 20 MB, fits into no buffers between the server and a client that does not read.
     */
    private static final int LONG = 20_000;

    @LocalServerPort
    private int port;

    @Autowired
    private Pools pools;

    @Autowired
    private SupervisionTrees trees;

    @Test
    void the_first_children_are_written_before_the_last_ones_are_looked_at() throws Exception {
        Supervisor supervisor = trees.supervisor("many").orElseThrow();
        Pid last = supervisor.child(id(CHILDREN - 1)).map(ChildInfo::pid).orElseThrow();
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(8 * 1024);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.getOutputStream().write(("GET /actuator/ppool/many/which_children?limit=" + CHILDREN
                    + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            InputStream answer = socket.getInputStream();
            byte[] first = answer.readNBytes(3 * LONG);
            assertThat(text(first)).contains("\"children\":[{\"id\":\"c0-");
            for (int i = 0; i < 3; i++) {
                last.send("message");
            }
            assertThat(pools.system().info(last)).extracting(ProcessInfo::messageQueueLength).isEqualTo(3);
            assertThat(supervisor.countChildren().active()).as("the supervisor is free meanwhile").isEqualTo(CHILDREN);
            String whole = text(first) + text(answer.readAllBytes());
            String json = whole.substring(whole.indexOf("\r\n\r\n"));
            assertThat(JsonPath.<List<Integer>>read(json, "$.children[*].messages")).hasSize(CHILDREN)
                    .startsWith(0, 0).endsWith(0, 3);
        }
    }

    @Test
    void each_child_is_looked_at_once_and_when_it_is_read() {
        List<Integer> asked = new ArrayList<>();
        List<String> children = new ChildrenAsTheyAreAsked<>(List.of(1, 2, 3), number -> {
            asked.add(number);
            return "child " + number;
        });
        assertThat(children.size()).isEqualTo(3);
        assertThat(asked).isEmpty();
        assertThat(children.get(1)).isEqualTo("child 2");
        assertThat(asked).containsExactly(2);
        assertThat(children).containsExactly("child 1", "child 2", "child 3").hasToString(
                "[child 1, child 2, child 3]");
        assertThat(asked).containsExactly(2, 1, 3);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static String id(int number) {
        String start = "c" + number + "-";
        return start + "x".repeat(LONG - start.length());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        SupervisorSpec many() {
            return SupervisorSpec.oneForOne("many").children(IntStream.range(0, CHILDREN)
                    .mapToObj(number -> ChildSpec.of(id(number),
                            ChildStart.body("idle", self -> new CountDownLatch(1).await())))
                    .toList());
        }
    }
}
