package io.github.ppool.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.pool.LeaseClosedException;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs that do every wrong thing, in each protocol. Afterwards the promises of a pool are checked: a request has
 * one outcome and never the answer of another one, an error names its reason, the pool serves again, and no process is
 * left.
 * The order is random: {@code -Dport.seed=N} plays one again.
 */
@Timeout(120)
class HostileProgramTest {

    /** The longest text of an error: the bytes of an answer are no part of it. */
    private static final int LONGEST_TEXT = 1_000;
    /** For a request that is to be answered, or refused for another reason than its time. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** For a request that is never answered. */
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final int MAX_MESSAGE = 50_000;

    /** The end of a request. */
    private enum Outcome {
        /** The answer that the program has for this request. */
        ANSWER,
        TIMEOUT,
        PROTOCOL,
        EXIT
    }

    /** One wrong thing, and its outcomes in the order of the protocols. */
    private enum Manner {
        ANSWERS_TWICE(Outcome.PROTOCOL),
        ANSWERS_TWICE_LATER(Outcome.ANSWER),
        PRINTS_BEFORE_THE_ANSWER(Outcome.PROTOCOL),
        NEVER_ANSWERS(Outcome.TIMEOUT),
        DRIPS_FOR_EVER(Outcome.TIMEOUT),
        BEGINS_A_LENGTH(Outcome.TIMEOUT),
        STOPS_ITSELF(Outcome.TIMEOUT),
        FLOODS_STANDARD_ERROR(Outcome.TIMEOUT),
        FLOODS_ITS_OUTPUT(Outcome.PROTOCOL),
        SENDS_A_NEGATIVE_LENGTH(Outcome.PROTOCOL),
        SENDS_A_HUGE_LENGTH(Outcome.PROTOCOL),
        SENDS_TOO_MUCH(Outcome.PROTOCOL),
        SENDS_AS_MUCH_AS_MAY_BE(Outcome.ANSWER, Outcome.PROTOCOL, Outcome.ANSWER),
        SENDS_NO_UTF_8(Outcome.PROTOCOL),
        SENDS_NO_JSON(Outcome.ANSWER, Outcome.PROTOCOL, Outcome.ANSWER),
        SENDS_DEEP_JSON(Outcome.ANSWER, Outcome.PROTOCOL, Outcome.ANSWER),
        SENDS_ZEROS(Outcome.ANSWER, Outcome.PROTOCOL, Outcome.ANSWER),
        SENDS_NOTHING(Outcome.ANSWER, Outcome.PROTOCOL, Outcome.ANSWER),
        CLOSES_ITS_OUTPUT(Outcome.PROTOCOL),
        CLOSES_ITS_INPUT(Outcome.ANSWER),
        ENDS_BEFORE_THE_ANSWER(Outcome.EXIT),
        ENDS_WITHIN_THE_ANSWER(Outcome.EXIT),
        ENDS_AFTER_THE_ANSWER(Outcome.ANSWER),
        KILLS_ITSELF(Outcome.EXIT),
        IGNORES_ALL_SIGNALS(Outcome.ANSWER),
        LEAVES_A_CHILD_WITH_ALL_PIPES(Outcome.EXIT),
        LEAVES_A_CHILD_WITH_THE_INPUT(Outcome.EXIT),
        LEAVES_A_CHILD_WITH_THE_OUTPUT(Outcome.EXIT),
        LEAVES_A_CHILD_WITH_THE_ERRORS(Outcome.EXIT),
        LEAVES_A_CHILD_THAT_FLOODS_THE_OUTPUT(Outcome.EXIT),
        LEAVES_A_CHILD_THAT_FLOODS_THE_ERRORS(Outcome.EXIT),
        LEAVES_A_CHILD_THAT_FLOODS_LATER(Outcome.ANSWER),
        LEAVES_A_CHILD_AND_ANSWERS(Outcome.ANSWER);

        private final List<Outcome> byProtocol;

        Manner(Outcome... byProtocol) {
            this.byProtocol = List.of(byProtocol);
        }

        Outcome outcome(PortProtocol protocol) {
            return byProtocol.get(protocol.ordinal() % byProtocol.size());
        }

        /** True if the program does the wrong thing after its answer. The lease is kept until the port knows it. */
        boolean spoilsLater() {
            return this == ANSWERS_TWICE_LATER || this == ENDS_AFTER_THE_ANSWER
                    || this == LEAVES_A_CHILD_THAT_FLOODS_LATER;
        }

        /** True if the wrong thing is found by the next request only. */
        boolean spoilsNext() {
            return this == CLOSES_ITS_INPUT || this == IGNORES_ALL_SIGNALS;
        }

        boolean needsLinux() {
            return name().startsWith("LEAVES"); // elsewhere no platform tells of such a child
        }
    }

    /**
     * Answers {@code good 7} by {@code answer 7}, and does the wrong thing that another request names. Writes the
     * number of each child into a file.
     */
    private static final String PROGRAM = """
            import os, signal, struct, sys, time
            protocol, children, dies = sys.argv[1:4]
            if os.path.exists(dies):
                sys.exit(7)
            most = 50000

            def read_all(count):
                got = b''
                while len(got) < count:
                    part = os.read(0, count - len(got))
                    if not part:
                        sys.exit(0)
                    got += part
                return got

            def read():
                if protocol == 'LENGTH_PREFIXED':
                    return read_all(struct.unpack('>I', read_all(4))[0]).decode()
                line = b''
                while not line.endswith(b'\\n'):
                    line += read_all(1)
                return line[:-1].decode().strip('"')

            def frame(body):
                return struct.pack('>I', len(body)) + body if protocol == 'LENGTH_PREFIXED' else body + b'\\n'

            def send(bytes):
                while bytes:
                    bytes = bytes[os.write(1, bytes):]

            def for_ever(fd, bytes, pause=0):
                while True:
                    os.write(fd, bytes)
                    time.sleep(pause)

            def child(kept, flooded=None, then_ends=True):
                number = os.fork()
                if number == 0:
                    os.setsid()
                    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
                    for fd in range(3):
                        if fd not in kept:
                            os.close(fd)
                    if flooded is not None:
                        for_ever(flooded, b'x' * 60000 + b'\\n')
                    time.sleep(600)
                    os._exit(0)
                with open(children, 'a') as file:
                    file.write('%d\\n' % number)
                if then_ends:
                    os._exit(3)

            while True:
                what, number = read().split(' ')
                own = ('answer ' + number).encode()
                answer = frame(b'"' + own + b'"' if protocol == 'JSON_LINES' else own)
                if what == 'good':
                    send(answer)
                elif what == 'ANSWERS_TWICE':
                    send(answer + answer)
                elif what == 'ANSWERS_TWICE_LATER':
                    send(answer)
                    time.sleep(0.02)
                    send(answer)
                elif what == 'PRINTS_BEFORE_THE_ANSWER':
                    send(b'working on it\\n' + answer)
                elif what == 'NEVER_ANSWERS':
                    time.sleep(600)
                elif what == 'DRIPS_FOR_EVER':
                    if protocol == 'LENGTH_PREFIXED':
                        send(struct.pack('>I', most))
                    for_ever(1, b'1', 0.005)
                elif what == 'BEGINS_A_LENGTH':
                    send(b'\\0\\0')
                    time.sleep(600)
                elif what == 'STOPS_ITSELF':
                    os.kill(os.getpid(), signal.SIGSTOP)
                elif what == 'FLOODS_STANDARD_ERROR':
                    for_ever(2, b'e' * 60000)
                elif what == 'FLOODS_ITS_OUTPUT':
                    if protocol == 'LENGTH_PREFIXED':
                        send(struct.pack('>I', most))
                    for_ever(1, b'[' * 4096)
                elif what == 'SENDS_A_NEGATIVE_LENGTH':
                    send(b'\\xff\\xff\\xff\\xff\\n')
                elif what == 'SENDS_A_HUGE_LENGTH':
                    send(b'\\x7f\\xff\\xff\\xff\\n')
                elif what == 'SENDS_TOO_MUCH':
                    send(frame(b'1' * (most + 1)))
                elif what == 'SENDS_AS_MUCH_AS_MAY_BE':
                    send(frame(b'x' * most))
                elif what == 'SENDS_NO_UTF_8':
                    send(frame(b'"\\xff\\xfe"'))
                elif what == 'SENDS_NO_JSON':
                    send(frame(b"{'a': 1}"))
                elif what == 'SENDS_DEEP_JSON':
                    send(frame(b'[' * 20000 + b']' * 20000))
                elif what == 'SENDS_ZEROS':
                    send(frame(b'\\0' * 3))
                elif what == 'SENDS_NOTHING':
                    send(frame(b''))
                elif what == 'CLOSES_ITS_OUTPUT':
                    os.close(1)
                    time.sleep(600)
                elif what == 'CLOSES_ITS_INPUT':
                    os.close(0)
                    send(answer)
                    time.sleep(600)
                elif what == 'ENDS_BEFORE_THE_ANSWER':
                    os._exit(3)
                elif what == 'ENDS_WITHIN_THE_ANSWER':
                    send(answer[:len(answer) // 2])
                    os._exit(3)
                elif what == 'ENDS_AFTER_THE_ANSWER':
                    send(answer)
                    os._exit(3)
                elif what == 'KILLS_ITSELF':
                    os.kill(os.getpid(), signal.SIGKILL)
                elif what == 'IGNORES_ALL_SIGNALS':
                    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                        signal.signal(each, signal.SIG_IGN)
                    send(answer)
                    time.sleep(600)
                elif what == 'LEAVES_A_CHILD_WITH_ALL_PIPES':
                    child([0, 1, 2])
                elif what == 'LEAVES_A_CHILD_WITH_THE_INPUT':
                    child([0])
                elif what == 'LEAVES_A_CHILD_WITH_THE_OUTPUT':
                    child([1])
                elif what == 'LEAVES_A_CHILD_WITH_THE_ERRORS':
                    child([2])
                elif what == 'LEAVES_A_CHILD_THAT_FLOODS_THE_OUTPUT':
                    child([1], 1)
                elif what == 'LEAVES_A_CHILD_THAT_FLOODS_THE_ERRORS':
                    child([2], 2)
                elif what == 'LEAVES_A_CHILD_THAT_FLOODS_LATER':
                    send(answer)
                    time.sleep(0.02)
                    child([1], 1, False)
                    time.sleep(0.02)
                    os._exit(3)
                elif what == 'LEAVES_A_CHILD_AND_ANSWERS':
                    child([2], None, False)
                    send(answer)
            """;

    private static final RestartPolicy AT_ONCE = RestartPolicy.of(RestartPlan.parse("[restart]"))
            .withCount(RestartCount.INFINITY);

    /** The protocols are played side by side, since a play waits for processes most of its time. */
    @Test
    void whatever_a_program_does_each_request_has_its_own_outcome(@TempDir Path folder) throws Exception {
        String python = python();
        long seed = Long.getLong("port.seed", System.nanoTime());
        System.out.println("port.seed=" + seed);
        ExecutorService side = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).factory());
        try (CapturedLog log = CapturedLog.silence()) {
            assertThat(log).isNotNull();
            List<Future<?>> plays = new ArrayList<>();
            for (PortProtocol protocol : PortProtocol.values()) {
                Path own = Files.createDirectory(folder.resolve(protocol.name()));
                plays.add(side.submit(() -> {
                    new Play(python, protocol, own).all(seed);
                    return protocol;
                }));
            }
            for (Future<?> each : plays) {
                each.get(); // an AssertionError is its cause
            }
        } finally {
            side.shutdownNow();
        }
        Programs.assertNoZombies();
    }

    /** The program without a shim before it, which would be a process of its own for some moments. */
    private static String python() throws IOException {
        Programs.require("python3");
        Process process = new ProcessBuilder("python3", "-c", "import sys; print(sys.executable)").start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /** A pool of one protocol, and all that is done with it. */
    private static final class Play {
        private final PortProtocol protocol;
        private final PoolSpec<Port> spec;
        private final Path children;
        private final Path dies;
        private final AtomicInteger numbers = new AtomicInteger();
        private final Set<Long> programs = ConcurrentHashMap.newKeySet();
        private final Queue<String> violations = new ConcurrentLinkedQueue<>();

        Play(String python, PortProtocol protocol, Path folder) {
            this.protocol = protocol;
            this.children = folder.resolve("children");
            this.dies = folder.resolve("dies");
            PortFactory ports = PortFactory.builder(python, "-I", "-S", "-c", PROGRAM, protocol.name(),
                    children.toString(), dies.toString())
                    .protocol(protocol)
                    .maxMessage(MAX_MESSAGE)
                    .requestTimeout(PATIENCE)
                    .exitGrace(Duration.ofMillis(100))
                    .build();
            this.spec = PoolSpec.builder("hostile", ports).size(2).maxOverflow(0).restart(AT_ONCE)
                    .creationPlan(AT_ONCE).build();
        }

        void all(long seed) throws Exception {
            List<Manner> manners = new ArrayList<>(EnumSet.allOf(Manner.class));
            Collections.shuffle(manners, new Random(seed + protocol.ordinal()));
            if (!Files.isDirectory(Path.of("/proc/self/fd"))) {
                manners.removeIf(Manner::needsLinux);
            }
            ProcessSystem system = new ProcessSystem();
            try (Pools pools = Pools.start(system)) {
                PoolClient<Port> pool = pools.startPool(spec);
                AtomicBoolean over = new AtomicBoolean();
                Thread beside = Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).start(() -> {
                    while (!over.get()) {
                        askWell(pool);
                    }
                });
                try {
                    for (Manner manner : manners) {
                        play(pool, manner);
                    }
                } finally {
                    over.set(true);
                    beside.join();
                }
                Eventually.so(pool::status, () -> pool.status().available() == 2);
                assertThat(pool.status().checkedOut()).isZero();
            } finally {
                system.close();
            }
            assertThat(violations).as("port.seed=" + seed + " " + protocol).isEmpty();
            programs.forEach(Programs::awaitGone);
            long left = manners.stream().filter(Manner::needsLinux).count();
            List<String> numbersOfChildren = left == 0 ? List.of() : Files.readAllLines(children);
            assertThat(numbersOfChildren).hasSize((int) left);
            numbersOfChildren.forEach(child -> Eventually.so(() -> "child " + child,
                    () -> !Programs.state(Long.parseLong(child)).matches("[^ZX]+"))); // its new parent reaps it
        }

        void endsAtOnce() throws Exception {
            Files.createFile(dies);
            ProcessSystem system = new ProcessSystem();
            try (Pools pools = Pools.start(system)) {
                PoolClient<Port> pool = pools.startPool(spec);
                AtomicInteger told = new AtomicInteger();
                Eventually.so(() -> "the status is told: " + pool.status().explain(), () -> {
                    try {
                        pool.transaction(port -> {
                            programs.add(port.pid());
                            port.request("good 1");
                        });
                        return fail("a program that ends at once has answered");
                    } catch (PortExitException ended) {
                        assertThat(ended.exitStatus()).isEqualTo(7);
                        return told.incrementAndGet() == 3;
                    } catch (PortException | PoolException | LeaseClosedException other) {
                        checkText(other);
                        return false;
                    }
                });
                Files.delete(dies);
                Eventually.so(() -> "served: " + pool.status().explain(), () -> askWell(pool));
                assertThat(violations).isEmpty();
            } finally {
                system.close();
            }
            programs.forEach(Programs::awaitGone);
        }

        private String text(String message) {
            return protocol == PortProtocol.JSON_LINES ? '"' + message + '"' : message;
        }

        /** A request to a program that is well, if the pool has one. Each answer that comes must be its own. */
        private boolean askWell(PoolClient<Port> pool) {
            int number = numbers.incrementAndGet();
            try {
                String answer = pool.transactionResult(port -> {
                    programs.add(port.pid());
                    return port.request(text("good " + number));
                });
                if (!answer.equals(text("answer " + number))) {
                    violations.add("request " + number + " got the answer " + answer);
                }
                return true;
            } catch (PortException | PoolException | LeaseClosedException spoilt) {
                checkText(spoilt);
                return false;
            }
        }

        private void checkText(Throwable error) {
            String message = error.getMessage();
            if (message == null || message.isBlank() || message.length() > LONGEST_TEXT) {
                violations.add("no reason, or too long a text: " + error);
            }
        }

        private void play(PoolClient<Port> pool, Manner manner) throws Exception {
            Outcome expected = manner.outcome(protocol);
            boolean[] played = new boolean[1];
            Eventually.so(() -> manner + " meets a program that is well", () -> {
                try {
                    pool.transaction(port -> {
                        programs.add(port.pid());
                        // the program has started, so that the next request has its time for itself
                        if (!port.request(text("good 0")).equals(text("answer 0"))) {
                            violations.add("a wrong answer before " + manner);
                        }
                        played[0] = true;
                        misbehave(port, manner, expected);
                    });
                } catch (PortException | PoolException | LeaseClosedException spoilt) {
                    checkText(spoilt);
                }
                return played[0];
            });
            Eventually.so(() -> "served after " + manner + ": " + pool.status().explain(), () -> askWell(pool));
        }

        private void misbehave(Port port, Manner manner, Outcome expected) throws PortException {
            int number = numbers.incrementAndGet();
            Duration timeout = expected == Outcome.TIMEOUT ? SHORT : PATIENCE;
            try {
                String answer = port.request(text(manner + " " + number), timeout);
                boolean own = switch (manner) {
                    case SENDS_AS_MUCH_AS_MAY_BE -> answer.equals("x".repeat(MAX_MESSAGE));
                    case SENDS_NO_JSON -> answer.equals("{'a': 1}");
                    case SENDS_DEEP_JSON -> answer.equals("[".repeat(20_000) + "]".repeat(20_000));
                    case SENDS_ZEROS -> answer.equals("\0\0\0");
                    case SENDS_NOTHING -> answer.isEmpty();
                    default -> answer.equals(text("answer " + number));
                };
                if (!own || expected != Outcome.ANSWER) {
                    violations.add(manner + " got an answer of " + answer.length() + " characters: "
                            + answer.substring(0, Math.min(100, answer.length())));
                }
                if (manner.spoilsLater()) {
                    Eventually.so(() -> manner + " is found", () -> !port.isUsable());
                }
                if (manner.spoilsNext()) {
                    port.request(text("good 0"), SHORT);
                    violations.add(manner + " answers on");
                }
            } catch (PortException refused) {
                checkText(refused);
                Outcome[] may = manner.spoilsNext()
                        ? new Outcome[]{Outcome.TIMEOUT, Outcome.PROTOCOL}
                        : manner == Manner.LEAVES_A_CHILD_THAT_FLOODS_THE_OUTPUT
                                ? new Outcome[]{Outcome.EXIT, Outcome.PROTOCOL} // the flood may be read first
                                : new Outcome[]{expected};
                if (!isOf(refused, may)) {
                    violations.add(manner + " is told as " + refused);
                }
                throw refused;
            }
        }

        private static boolean isOf(PortException refused, Outcome... expected) {
            return Arrays.stream(expected).anyMatch(each -> switch (each) {
                case ANSWER -> false;
                case TIMEOUT -> refused instanceof PortTimeoutException;
                case PROTOCOL -> refused instanceof PortProtocolException;
                // a busy machine may tell of the end later than a second after that of the pipe
                case EXIT -> refused instanceof PortExitException || refused.getMessage().endsWith(" and goes on");
            });
        }
    }

    @Test
    void an_answer_counts_though_the_program_ends_after_it() throws Exception {
        Programs.require("sh");
        PortFactory once = PortFactory.builder("sh", "-c", "read number; echo answer $number; exit 3").build();
        ProcessSystem system = new ProcessSystem();
        try (CapturedLog log = CapturedLog.silence(); Pools pools = Pools.start(system)) {
            assertThat(log).isNotNull();
            PoolClient<Port> pool = pools.startPool(PoolSpec.builder("once", once).size(4).maxOverflow(0)
                    .restart(AT_ONCE).creationPlan(AT_ONCE).build());
            int answers = 0;
            while (answers < 50) {
                String request = Integer.toString(answers);
                try {
                    String answer = pool.transactionResult(port -> port.requestCount() == 0
                            ? port.request(request)
                            : "its program has ended, or is about to");
                    if (!answer.startsWith("its")) {
                        assertThat(answer).isEqualTo("answer " + request);
                        answers++;
                    }
                } catch (LeaseClosedException ended) {
                    // the program of this worker had ended before the request
                }
            }
        } finally {
            system.close();
        }
    }

    @Test
    void a_program_that_ends_at_once_is_told_with_its_status_and_the_pool_serves_when_it_stays(@TempDir Path folder)
            throws Exception {
        String python = python();
        try (CapturedLog log = CapturedLog.silence()) {
            assertThat(log).isNotNull();
            new Play(python, PortProtocol.LINES, folder).endsAtOnce();
        }
        Programs.assertNoZombies();
    }
}
