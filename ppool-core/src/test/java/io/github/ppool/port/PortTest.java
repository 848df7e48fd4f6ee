package io.github.ppool.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A port without a pool: protocols, limits, and the end of the program. */
@Timeout(60)
class PortTest {

    private final List<Port> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(Port::close);
        opened.forEach(port -> Programs.awaitGone(port.pid()));
        Programs.assertNoZombies();
    }

    private Port open(PortFactory.Builder builder) throws PortException {
        Port port = builder.exitGrace(Duration.ofMillis(500)).build().create();
        opened.add(port);
        return port;
    }

    private Port cat() throws PortException {
        Programs.require("cat");
        return open(PortFactory.builder("cat"));
    }

    @Test
    void each_line_is_answered_by_one_line() throws PortException {
        Port cat = cat();
        assertThat(cat.request("hello")).isEqualTo("hello");
        assertThat(cat.request("")).isEmpty();
        assertThat(cat.request("größer 𝄞 \uFFFD\r")).isEqualTo("größer 𝄞 \uFFFD\r");
        assertThat(cat.request(new byte[]{0, (byte) 0xff, 1})).containsExactly(0, 0xff, 1);
        assertThat(cat.requestCount()).isEqualTo(4);
    }

    @Test
    void a_message_larger_than_the_pipes_passes_through_them() throws PortException {
        Port cat = cat();
        String large = "x".repeat(PortFactory.DEFAULT_MAX_MESSAGE);
        assertThat(cat.request(large)).isEqualTo(large);
        assertThat(cat.request("and another one")).isEqualTo("and another one");
    }

    @Test
    void a_request_that_meets_a_look_for_unasked_answers_is_not_refused() throws Exception {
        Port cat = cat();
        AtomicBoolean over = new AtomicBoolean();
        int requests = 0;
        List<Thread> clocks = new ArrayList<>();
        for (int i = 0; i < 4; i++) { // so many meet the moment in some 50,000 requests
            clocks.add(Thread.ofPlatform().start(() -> {
                while (!over.get()) {
                    cat.isInStep();
                }
            }));
        }
        try {
            long end = System.nanoTime() + Duration.ofSeconds(15).toNanos(); // fewer requests on a busy machine
            while (requests < 100_000 && System.nanoTime() - end < 0) {
                cat.request("hello");
                requests++;
            }
        } finally {
            over.set(true);
            for (Thread clock : clocks) {
                clock.join();
            }
        }
        assertThat(cat.requestCount()).isEqualTo(requests).isPositive();
        assertThat(cat.isInStep()).isTrue();
    }

    @Test
    void a_message_that_is_no_request_is_refused_and_the_port_is_as_before() throws PortException {
        Port cat = cat();
        assertThatThrownBy(() -> cat.request("two\nlines")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("message must be one line");
        assertThatThrownBy(() -> cat.request("x".repeat(PortFactory.DEFAULT_MAX_MESSAGE + 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("max-message (1048576) bytes, got: 1048577");
        assertThatThrownBy(() -> cat.request("\uD834")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unpaired surrogate");
        assertThatThrownBy(() -> cat.request("x", Duration.ZERO)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timeout must be positive, got: PT0S");
        assertThat(cat.request("goes on")).isEqualTo("goes on");
    }

    @Test
    void lines_of_json_are_texts_that_are_checked() throws PortException {
        Programs.require("cat");
        Port cat = open(PortFactory.builder("cat").protocol(PortProtocol.JSON_LINES));
        String json = "{\"a\": [1, -2.5e3, \"\\u00e9\\n\", true, false, null, {}, []]}";
        assertThat(cat.request(json)).isEqualTo(json);
        assertThatThrownBy(() -> cat.request("{\"a\": secret}")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("message must be one JSON value: byte 7 is not a value");
        assertThat(cat.request("1")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[1,]", "{\"a\"}", "\"open", "01", "1.", "tru", "1 2", "Traceback", "'a'", "[1}",
            "{\"a\":1,}", "\"\\x\"", "\"\\u12g4\"", "-", "1e", "\u00e9"})
    void what_is_no_json_is_told_apart(String text) {
        assertThat(JsonText.fault(text.getBytes(StandardCharsets.UTF_8))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", " [ ] ", "{\"ä\" : \"𝄞\"}", "-0.1E+2", "\"\\\\\\\"\"", "[[[]],{\"a\":{}}]"})
    void json_is_known(String text) {
        assertThat(JsonText.fault(text.getBytes(StandardCharsets.UTF_8))).isNull();
    }

    /** All characters of two bytes, the bounds of the longer ones, and random ones, judged by the JDK. */
    @Test
    void a_text_of_json_that_is_no_utf_8_is_told_apart() {
        Random random = new Random(20261130);
        List<byte[]> texts = new ArrayList<>();
        for (int first = 0x80; first < 0x100; first++) {
            texts.add(new byte[]{(byte) first});
            for (int second = 0x70; second < 0xd0; second++) {
                texts.add(new byte[]{(byte) first, (byte) second});
                texts.add(new byte[]{(byte) first, (byte) second, (byte) 0x80});
                texts.add(new byte[]{(byte) first, (byte) second, (byte) 0xbf, (byte) 0x80});
                texts.add(new byte[]{(byte) first, (byte) second, (byte) 0xbf, (byte) 0xc0});
            }
        }
        for (int i = 0; i < 20_000; i++) {
            byte[] some = new byte[random.nextInt(8)];
            for (int at = 0; at < some.length; at++) {
                some[at] = (byte) (random.nextBoolean() ? 0x80 + random.nextInt(0x40) : 0xc0 + random.nextInt(0x40));
            }
            texts.add(some);
        }
        int good = 0;
        for (byte[] text : texts) {
            byte[] json = ("\"" + "x".repeat(text.length) + "\"").getBytes(StandardCharsets.UTF_8);
            System.arraycopy(text, 0, json, 1, text.length);
            boolean utf8 = Framing.text(text) != null;
            good += utf8 ? 1 : 0;
            assertThat(JsonText.fault(json) == null).as(HexFormat.of().formatHex(text)).isEqualTo(utf8);
        }
        assertThat(good).isBetween(1_000, texts.size() - 1_000);
        assertThat(JsonText.fault(new byte[]{'"', 'x', (byte) 0xff, '"'})).isEqualTo("byte 3 is not UTF-8");
        assertThat(JsonText.fault(new byte[]{'"', (byte) 0xc3})).isEqualTo("it ends before the end of a character");
    }

    @Test
    void bytes_of_json_that_are_no_utf_8_are_refused_and_end_the_program() throws PortException {
        Programs.require("sh");
        Port port = open(Programs.shell("read x; echo $x; read x; printf '\"\\377\"\\n'; sleep 100")
                .protocol(PortProtocol.JSON_LINES));
        assertThatThrownBy(() -> port.request(new byte[]{'"', (byte) 0xff, '"'}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("message must be one JSON value: byte 2 is not UTF-8");
        assertThat(port.request("1".getBytes(StandardCharsets.UTF_8))).containsExactly('1');
        assertThatThrownBy(() -> port.request("1".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(PortProtocolException.class).hasMessageContaining("byte 2 is not UTF-8");
    }

    @Test
    void json_may_be_as_deep_as_mappers_take_it_and_no_deeper() {
        assertThat(JsonText.fault(("[".repeat(1_000) + "]".repeat(1_000)).getBytes(StandardCharsets.UTF_8))).isNull();
        assertThat(JsonText.fault("[".repeat(1_000_000).getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("it is nested more than 1000 times");
    }

    @ParameterizedTest
    @CsvSource({"1, 255", "2, 65535", "4, 100000"})
    void length_prefixed_messages_have_any_bytes(int bytes, int most) throws PortException {
        Programs.require("cat");
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            Port cat = open(PortFactory.builder("cat").lengthPrefix(bytes, order));
            assertThat(cat.request("two\nlines")).isEqualTo("two\nlines");
            assertThat(cat.request(new byte[0])).isEmpty();
            byte[] large = new byte[most];
            large[most - 1] = 7;
            assertThat(cat.request(large)).isEqualTo(large);
        }
    }

    @Test
    void the_length_has_four_bytes_the_most_significant_first() throws PortException {
        Programs.require("python3");
        Port python = open(Programs.python("""
                import sys, struct
                while True:
                    head = sys.stdin.buffer.read(4)
                    if not head: break
                    body = sys.stdin.buffer.read(struct.unpack('>I', head)[0])
                    out = body.upper()
                    sys.stdout.buffer.write(struct.pack('>I', len(out)) + out)
                    sys.stdout.buffer.flush()
                """).protocol(PortProtocol.LENGTH_PREFIXED));
        assertThat(python.request("abc")).isEqualTo("ABC");
    }

    @Test
    void a_message_longer_than_its_length_can_say_is_refused() throws PortException {
        Programs.require("cat");
        Port cat = open(PortFactory.builder("cat").lengthPrefix(1, ByteOrder.BIG_ENDIAN));
        assertThatThrownBy(() -> cat.request(new byte[256])).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("message must have at most 255 bytes, because its length has 1 byte, got: 256");
        assertThat(cat.request("ok")).isEqualTo("ok");
    }

    // ---- against the protocol

    private void assertProtocolError(Port port, String request, String why) {
        Throwable first = catchThrowable(() -> port.request(request));
        assertThat(first).isInstanceOf(PortProtocolException.class).hasMessageStartingWith("protocol_error: ")
                .hasMessageContaining(why);
        assertThatThrownBy(() -> port.request(request)).as("it is broken for good").isSameAs(first);
        Programs.awaitGone(port.pid());
    }

    @Test
    void an_answer_above_the_limit_ends_the_program() throws PortException {
        Programs.require("sh");
        assertProtocolError(open(Programs.shell("read x; head -c 2000 /dev/zero; sleep 100").maxMessage(1_000)),
                "x", "above max-message (1000 bytes)");
        assertProtocolError(open(Programs.shell("read x; printf '\\000\\000\\004\\000'; sleep 100")
                .protocol(PortProtocol.LENGTH_PREFIXED).maxMessage(1_000)), "1234567890\n",
                "an answer of 1024 bytes is announced, above max-message (1000)");
        assertProtocolError(open(Programs.shell("read x; printf '\\377\\377\\377\\377'; sleep 100")
                .protocol(PortProtocol.LENGTH_PREFIXED)), "1234567890\n", "an answer of 4294967295 bytes");
    }

    @Test
    void bytes_that_are_no_answer_end_the_program() throws PortException {
        Programs.require("sh");
        assertProtocolError(open(Programs.shell("read x; echo Traceback; sleep 100").protocol(PortProtocol.JSON_LINES)),
                "1", "a line of 9 bytes is no JSON value");
        assertProtocolError(open(Programs.shell("read x; printf '\\377\\n'; sleep 100")), "1", "is no UTF-8");
    }

    @Test
    void an_answer_that_no_request_has_asked_for_ends_the_program() throws PortException {
        Programs.require("sh");
        assertProtocolError(open(Programs.shell("read x; printf 'one\\ntwo\\n'; sleep 100")), "1", "no request");
        Port early = open(Programs.shell("echo welcome; exec cat"));
        Programs.awaitGone(early.pid()); // found although no request is made
        assertThatThrownBy(() -> early.request("x")).isInstanceOf(PortProtocolException.class);
    }

    @Test
    void a_program_that_closes_its_output_and_goes_on_is_ended() throws PortException {
        Programs.require("sh");
        assertProtocolError(open(Programs.shell("read x; exec >&-; sleep 100")), "1", "has closed its standard output");
    }

    // ---- time

    @Test
    void a_late_answer_reaches_no_request() throws PortException {
        Programs.require("sh");
        Port slow = open(Programs.shell("while read x; do sleep 3; echo late $x; done"));
        assertThatThrownBy(() -> slow.request("one", Duration.ofMillis(100))).isInstanceOf(PortTimeoutException.class)
                .hasMessage("timeout: sh has not answered within PT0.1S");
        assertThatThrownBy(() -> slow.request("two")).isInstanceOf(PortTimeoutException.class);
        Programs.awaitGone(slow.pid());
    }

    @Test
    void a_program_that_reads_nothing_does_not_hold_up_its_caller() throws PortException {
        Programs.require("sleep");
        Port deaf = open(PortFactory.builder("sleep", "100"));
        assertThatThrownBy(() -> deaf.request("x".repeat(1_000_000), Duration.ofMillis(200)))
                .isInstanceOf(PortTimeoutException.class);
        Programs.awaitGone(deaf.pid());
    }

    @Test
    void a_daemon_that_holds_the_pipes_does_not_hold_up_the_caller() throws PortException {
        Programs.require("sh", "sleep");
        Programs.requireLinux();
        // the sleep has left the tree, and has the output of the program
        String mark = Programs.mark("61.75");
        Port daemon = open(Programs.shell("(sleep " + mark + " & :) ; read x; read y; echo never"));
        assertThatThrownBy(() -> daemon.request("x", Duration.ofMillis(300))).isInstanceOf(PortTimeoutException.class);
        Eventually.so(() -> Programs.running(mark), () -> Programs.running(mark).stream()
                .allMatch(pid -> Programs.state(pid).isEmpty()));
    }

    @Test
    void later_requests_have_deadlines_of_their_own() throws PortException {
        Programs.require("sh");
        Port port = open(Programs.shell("while read x; do sleep $x; echo $x; done"));
        assertThat(port.request("0", Duration.ofSeconds(30))).isEqualTo("0");
        assertThat(port.request("0.2", Duration.ofSeconds(20))).isEqualTo("0.2");
        assertThatThrownBy(() -> port.request("30", Duration.ofMillis(200))).isInstanceOf(PortTimeoutException.class);
    }

    // ---- one at a time

    @Test
    void a_second_request_at_the_same_time_is_refused_and_does_not_disturb_the_first(@TempDir Path folder)
            throws Exception {
        Programs.require("sh");
        Path refused = folder.resolve("refused");
        Port port = open(Programs.shell("read x; while [ ! -e " + refused + " ]; do sleep 0.05; done;"
                + " echo answer of $x; exec cat"));
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> {
            try {
                return port.request("first");
            } catch (PortException failed) {
                throw new AssertionError(failed);
            }
        });
        Eventually.so(() -> "busy", () -> !port.isInStep());
        assertThatThrownBy(() -> port.request("second")).isInstanceOf(PortException.class)
                .hasMessageContaining("in the middle of another request");
        Files.createFile(refused);
        assertThat(first.get(50, TimeUnit.SECONDS)).isEqualTo("answer of first");
        assertThat(port.request("third")).isEqualTo("third");
    }

    // ---- the end of the program

    @Test
    void the_end_of_the_program_is_told_with_its_status_or_signal() throws PortException {
        Programs.require("sh");
        Port exiting = open(Programs.shell("read x; exit 3"));
        assertThatThrownBy(() -> exiting.request("x")).isInstanceOfSatisfying(PortExitException.class, exit -> {
            assertThat(exit).hasMessage("sh has ended with exit status 3");
            assertThat(exit.exitStatus()).isEqualTo(3);
            assertThat(exit.signal()).isEmpty();
        });
        Port killed = open(Programs.shell("read x; kill -9 $$; sleep 100"));
        assertThatThrownBy(() -> killed.request("x")).isInstanceOfSatisfying(PortExitException.class, exit -> {
            assertThat(exit).hasMessage("sh has ended by signal 9 (SIGKILL)");
            assertThat(exit.signal()).hasValue(9);
        });
        assertThat(killed.end()).isInstanceOf(CompletableFuture.class);
        assertThat(killed.isUsable()).isFalse();
    }

    @Test
    void a_program_that_ends_half_way_through_its_answer_gives_none() throws PortException {
        Programs.require("sh");
        Port half = open(Programs.shell("read x; printf 'half of the ans'; exit 0"));
        assertThatThrownBy(() -> half.request("x")).isInstanceOf(PortExitException.class);
    }

    @Test
    void closing_ends_a_program_that_reads_to_the_end_of_its_input() throws Exception {
        Programs.require("sh");
        Path done = Files.createTempFile("port", ".done");
        Port polite = open(Programs.shell("cat > /dev/null; echo bye > " + done));
        polite.close();
        Programs.awaitGone(polite.pid());
        assertThat(done).hasContent("bye");
        assertThatThrownBy(() -> polite.request("x")).hasMessageContaining("is closed");
        Files.delete(done);
    }

    @Test
    void closing_sends_a_signal_to_a_program_that_does_not_read() throws Exception {
        Programs.require("sh");
        Path done = Files.createTempFile("port", ".done");
        Port busy = open(Programs.shell("trap 'echo term > " + done
                + "; exit 0' TERM; echo ready; while :; do sleep 0.05; done"));
        Eventually.so(() -> "the trap is set", () -> ready(busy));
        busy.close();
        assertThat(done).hasContent("term");
        Files.delete(done);
    }

    private static boolean ready(Port port) {
        return ProcFiles.pipes(port.pid()).isEmpty() || isLooping(port);
    }

    private static boolean isLooping(Port port) {
        return ProcessHandle.of(port.pid()).stream().flatMap(ProcessHandle::children).findAny().isPresent();
    }

    @Test
    void closing_kills_a_program_that_heeds_nothing_and_its_descendants() throws PortException {
        Programs.require("sh", "sleep");
        String one = Programs.mark("62.5");
        String other = Programs.mark("63.5");
        Port deaf = open(Programs.shell(
                "trap '' TERM; sh -c \"trap '' TERM; sleep " + one + "; :\" & sleep " + other + "; :"));
        Eventually.so(() -> "the tree is there",
                () -> !Programs.running(one).isEmpty() && !Programs.running(other).isEmpty());
        deaf.close();
        assertThat(Programs.state(deaf.pid())).isEmpty();
        Eventually.so(() -> Programs.running(one), () -> Programs.running(one).isEmpty());
        assertThat(Programs.running(other)).isEmpty();
    }

    @Test
    void a_program_that_ends_in_good_order_takes_its_descendants_along() throws PortException {
        Programs.require("sh", "sleep");
        String mark = Programs.mark("64.5");
        Port parent = open(Programs.shell("sleep " + mark + " & read x"));
        Eventually.so(() -> "the child is there", () -> !Programs.running(mark).isEmpty());
        parent.close();
        Eventually.so(() -> Programs.running(mark), () -> Programs.running(mark).isEmpty());
    }

    @Test
    void an_interrupted_close_kills_at_once() throws PortException {
        Programs.require("sh", "sleep");
        Port deaf = PortFactory.builder("sleep", "100").exitGrace(Duration.ofMinutes(10)).build().create();
        Thread.currentThread().interrupt();
        deaf.close();
        assertThat(Thread.interrupted()).as("the interrupt stays pending").isTrue();
        Programs.awaitGone(deaf.pid());
    }

    // ---- the start

    @Test
    void a_program_that_can_not_be_started_is_told_with_its_reason(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> PortFactory.builder("no-such-program-here").build().create())
                .isInstanceOf(PortException.class)
                .hasMessage("the program no-such-program-here does not exist: it is in no folder of the PATH of this"
                        + " virtual machine");
        assertThatThrownBy(() -> PortFactory.builder("./none").directory(folder).build().create())
                .hasMessage("the program ./none does not exist");
        Path plain = Files.writeString(folder.resolve("plain"), "no program");
        assertThatThrownBy(() -> PortFactory.builder(plain.toString(), "secret").build().create())
                .hasMessageStartingWith("the program " + plain + " may not be run").hasMessageNotContaining("secret");
        assertThatThrownBy(() -> PortFactory.builder(folder.toString()).build().create())
                .hasMessageContaining("it is a directory");
        assertThatThrownBy(() -> PortFactory.builder("sh").directory(folder.resolve("gone")).build().create())
                .hasMessage("the working directory " + folder.resolve("gone") + " does not exist");
    }

    @Test
    void no_shell_sees_the_arguments() throws PortException {
        Programs.require("python3");
        Port python = open(PortFactory.builder("python3", "-c",
                "import sys\nfor line in sys.stdin: print(sys.argv[1:], flush=True)", "$HOME", "a b; exit 1", "*")
                .inheritEnvironment("PATH", "HOME"));
        assertThat(python.request("")).isEqualTo("['$HOME', 'a b; exit 1', '*']");
    }

    @Test
    void a_program_has_the_named_environment_and_directory_only(@TempDir Path folder) throws IOException {
        Programs.require("sh", "cat");
        Port port = open(PortFactory.builder("sh", "-c", "read x; pwd; exec cat").directory(folder));
        assertThat(Path.of(port.request("x")).toRealPath()).isEqualTo(folder.toRealPath());
        Programs.requireLinux();
        Port named = open(PortFactory.builder("cat").environment("GREETING", "hello = there")
                .inheritEnvironment("PATH", "NO_SUCH_VARIABLE"));
        assertThat(environmentOf(named)).containsExactlyInAnyOrder("GREETING=hello = there",
                "PATH=" + System.getenv("PATH"));
        assertThat(environmentOf(cat())).as("the program is found without a PATH of its own").isEmpty();
    }

    private static List<String> environmentOf(Port port) throws IOException {
        String all = Files.readString(Path.of("/proc/" + port.pid() + "/environ"));
        return all.isEmpty() ? List.of() : List.of(all.split("\0"));
    }

    @Test
    void settings_that_can_not_work_are_refused() {
        assertThatThrownBy(() -> PortFactory.builder(List.of())).hasMessage(
                "command must begin with a program, got: nothing");
        assertThatThrownBy(() -> PortFactory.builder(" ")).hasMessage(
                "command must begin with a program, got: a blank text");
        assertThatThrownBy(() -> PortFactory.builder("cat", "a\0b")).hasMessageContaining("element 2 does");
        PortFactory.Builder builder = PortFactory.builder("cat");
        assertThatThrownBy(() -> builder.requestTimeout(Duration.ZERO)).hasMessageContaining("request-timeout must be");
        assertThatThrownBy(() -> builder.maxMessage(0)).hasMessage("max-message must be at least 1 byte, got: 0");
        assertThatThrownBy(() -> builder.replaceAfterRequests(-1)).hasMessageContaining("replace-after-requests");
        assertThatThrownBy(() -> builder.replaceAboveMemory(-1)).hasMessageContaining("replace-above-memory");
        assertThatThrownBy(() -> builder.exitGrace(Duration.ofSeconds(-1))).hasMessageContaining("exit-grace");
        assertThatThrownBy(() -> builder.environment("A=B", "c")).hasMessageContaining("got: 'A=B'");
        assertThatThrownBy(() -> builder.environment("A", "secret\0")).hasMessageNotContaining("secret");
        assertThatThrownBy(() -> builder.lengthPrefix(3, ByteOrder.BIG_ENDIAN)).hasMessageContaining("got: 3");
    }

    // ---- standard error

    @Test
    void standard_error_goes_to_the_log_in_bounded_lines() throws PortException {
        Programs.require("sh");
        Logger logger = (Logger) LoggerFactory.getLogger(Port.class);
        logger.setLevel(Level.INFO);
        try (CapturedLog log = CapturedLog.open()) {
            Port port = open(Programs.shell("echo 'a warning' >&2; head -c 5000 /dev/zero | tr '\\0' y >&2; echo >&2;"
                    + " i=0; while [ $i -lt 500 ]; do echo line $i >&2; i=$((i+1)); done; printf last >&2; exec cat"));
            assertThat(port.request("x")).isEqualTo("x");
            port.close();
            List<String> lines = log.messages(Level.INFO);
            assertThat(lines).contains("sh on standard error: a warning",
                    "sh on standard error: " + "y".repeat(ErrorOutput.LONGEST) + " … and 4000 more bytes");
            assertThat(lines).hasSizeLessThan(450).allSatisfy(line -> assertThat(line.length()).isLessThan(1_200));
            assertThat(lines).anyMatch(line -> line.endsWith("more lines are left out, above 100 in a second"));
        } finally {
            logger.setLevel(null);
        }
    }

    @Test
    void a_program_that_floods_its_standard_error_goes_on() throws PortException {
        Programs.require("sh");
        try (CapturedLog log = CapturedLog.silence()) {
            assertThat(log).isNotNull();
            Port port = open(Programs.shell("while read x; do head -c 1000000 /dev/zero >&2; echo $x; done"));
            for (int i = 0; i < 5; i++) {
                assertThat(port.request("" + i)).isEqualTo("" + i);
            }
        }
    }

    @Test
    void linux_tells_the_resident_memory_of_a_program_and_its_children() throws PortException {
        Programs.require("sh", "python3");
        Programs.requireLinux();
        Port port = open(Programs.shell("python3 -c \"import sys; x = b'a' * 50000000; print(sys.stdin.readline(),"
                + " end='', flush=True); sys.stdin.read()\"; :").inheritEnvironment("HOME"));
        assertThat(port.request("filled")).isEqualTo("filled");
        assertThat(ProcFiles.residentBytes(port.pid())).isGreaterThan(50_000_000);
        assertThat(ProcFiles.residentBytes(Integer.MAX_VALUE)).isZero();
    }
}
