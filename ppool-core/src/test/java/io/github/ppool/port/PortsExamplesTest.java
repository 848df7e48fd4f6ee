package io.github.ppool.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Task;
import io.github.ppool.process.ProcessSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The code of docs/ports.md: each block of Java, Python and shell there is a region of this file, and runs here. */
@Timeout(120)
class PortsExamplesTest {

    private static final String THUMBS = """
            # region python
            import json, sys

            for line in sys.stdin:                       # one request; the end of the input ends the loop
                request = json.loads(line)
                print("working on", request["file"], file=sys.stderr)     # goes to the log of the pool
                if request["width"] < 1:
                    answer = {"error": "width must be positive"}
                else:
                    answer = {"file": request["file"], "height": request["width"] * 3 // 4}
                print(json.dumps(answer), flush=True)    # one answer, on one line
            # end
            """;

    private static final String DUMP = """
            # region oneshot
            while IFS= read -r page; do
                timeout 20 chromium --headless --disable-gpu --dump-dom "$page" 2>/dev/null | tr '\\n' ' '
                echo
            done
            # end
            """;

    record Job(String file, int width) {}

    record Thumb(String file, int height, String error) {}

    private final ProcessSystem system = new ProcessSystem();
    private final Pools pools;

    PortsExamplesTest() throws InterruptedException {
        pools = Pools.start(system);
    }

    @AfterEach
    void close() {
        pools.close();
        system.close();
        Programs.assertNoZombies();
    }

    @Test
    void python_workers(@TempDir Path folder) throws Exception {
        Programs.require("python3");
        Files.writeString(folder.resolve("thumbs.py"), THUMBS);
        // region factory
        PortFactory python = PortFactory.builder("python3", "-u", "thumbs.py")
                .directory(folder)
                .inheritEnvironment("PATH", "HOME")
                .protocol(PortProtocol.JSON_LINES)
                .requestTimeout(Duration.ofSeconds(10))
                .replaceAfterRequests(10_000)
                .build();
        PoolClient<Port> thumbs = pools.startPool(PoolSpec.builder("thumbs", python).size(2).maxOverflow(0).build());
        // end
        // region json
        JsonMapper json = new JsonMapper();
        Thumb thumb = thumbs.transactionResult(port -> json.readValue(
                port.request(json.writeValueAsString(new Job("cat.png", 400))), Thumb.class));
        // end
        assertThat(thumb.height()).isEqualTo(300);
        // region task
        Task<String> later = thumbs.asyncQueueResult(port -> port.request("{\"file\": \"dog.png\", \"width\": 80}"));
        // end
        assertThat(later.result().toCompletableFuture().get(50, TimeUnit.SECONDS)).contains("60");
        String refused = thumbs.transactionResult(port -> port.request("{\"file\": \"dog.png\", \"width\": 0}"));
        assertThat(refused).contains("width must be positive");
    }

    @Test
    void programs_that_do_one_job_and_end() throws Exception {
        Programs.require("sh", "chromium", "timeout", "tr");
        PoolClient<Port> pages = pools.startPool(PoolSpec.builder("pages", PortFactory
                .builder("sh", "-c", DUMP.replace("chromium ", "chromium --no-sandbox "))
                .inheritEnvironment("PATH", "HOME")
                .requestTimeout(Duration.ofSeconds(40)).build()).size(1).maxOverflow(0).build());
        String page = "data:text/html,<p>hello from the browser";
        // region one-shot
        String dom = pages.transactionResult(port -> port.request(page)); // one start of the browser
        // end
        Assumptions.assumeTrue(!dom.isBlank(), "the browser does not run here");
        assertThat(dom).contains("hello from the browser");
    }

    @Test
    void the_failures_and_their_plans() throws Exception {
        Programs.require("cat");
        PoolClient<Port> echo = pools.startPool(
                PoolSpec.builder("echo", PortFactory.builder("cat").build()).size(1).maxOverflow(0).build());
        // region late
        try {
            echo.transaction(port -> port.request("a long computation", Duration.ofNanos(1)));
        } catch (PortTimeoutException late) {
            // the program is killed and its worker replaced: the answer can't reach another caller any more
        }
        // end
        String next = echo.transactionResult(port -> port.request("next"));
        assertThat(next).isEqualTo("next");
        assertThatThrownBy(() -> PortFactory.builder("no-such-program").build().create())
                .isInstanceOf(PortException.class);
    }

    @Test
    void the_region_of_python_is_a_program_by_itself(@TempDir Path folder) throws IOException, InterruptedException {
        Programs.require("python3");
        Path script = Files.writeString(folder.resolve("thumbs.py"), THUMBS);
        Process process = new ProcessBuilder("python3", script.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        process.getOutputStream().write("{\"file\":\"x\",\"width\":4}\n".getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("{\"file\": \"x\", \"height\": 3}\n");
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
}
