package io.github.ppool.genserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.CapturedLog;
import io.github.ppool.conformance.World;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.SpawnOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * The ordinary server is the model: random scripts of calls, messages and ends give the same results whether callers
 * run or not. The steps of a script come one after the other, each when all is quiet, so that the results are certain;
 * within a step servers ask each other, wait, fail and end.
 */
@Timeout(60)
class CallerRunsModelTest {

    private static final int SERVERS = 3;
    private static final int STEPS = 60;
    private static final ExitReason BOOM = ExitReason.of("boom");

    @TestFactory
    List<DynamicTest> the_same_script_gives_the_same_results() {
        long first = Long.getLong("ppool.seed", 1);
        return LongStream.range(first, first + 60)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> {
                    AtomicInteger ran = new AtomicInteger();
                    List<String> asked = new Script(seed, true, ran).play();
                    assertThat(asked).as("seed %d", seed).isEqualTo(new Script(seed, false, ran).play());
                    assertThat(ran).as("seed %d: callers have run", seed).hasPositiveValue();
                }))
                .toList();
    }

    private interface Deed {
        Object apply(ReplyTo<Object> from, ServerContext self) throws Exception;
    }

    /** One play of one script. */
    private static final class Script {
        private final SplittableRandom numbers;
        private final boolean callerRuns;
        private final AtomicInteger ran;
        private final World world = new World();
        private final List<List<String>> logs = new ArrayList<>(); // one for each server, and one for the driver
        private final List<GenServerRef<Deed, Object, Deed>> servers = new ArrayList<>();
        private final List<ReplyTo<Object>> putOff = Collections.synchronizedList(new ArrayList<>());
        private final List<Pid> children = Collections.synchronizedList(new ArrayList<>());

        private Script(long seed, boolean callerRuns, AtomicInteger ran) {
            this.callerRuns = callerRuns;
            this.ran = ran;
            this.numbers = new SplittableRandom(seed);
        }

        private int upTo(int bound) {
            return numbers.nextInt(bound);
        }

        /** Records all its events, and runs the actions of the test. */
        private final class Server implements GenServer<Deed, Object, Deed> {
            private final List<String> log;
            private int count;
            private Thread own;

            private Server(List<String> log) {
                this.log = log;
            }

            @Override
            public boolean callerRuns() {
                return callerRuns;
            }

            @Override
            public Init init(ServerContext self) {
                own = Thread.currentThread();
                return Init.READY;
            }

            @Override
            public Object handleCall(Deed deed, ReplyTo<Object> from, ServerContext self) throws Exception {
                if (!Thread.currentThread().equals(own)) {
                    ran.incrementAndGet();
                }
                count++;
                log.add("call " + count);
                return deed.apply(from, self) + " " + count;
            }

            @Override
            public void handleCast(Deed deed, ServerContext self) throws Exception {
                count++;
                log.add("cast " + count);
                deed.apply(null, self);
            }

            @Override
            public void handleInfo(Object message, ServerContext self) {
                count++;
                log.add("info " + message.getClass().getSimpleName()
                        + (message instanceof String ? " " + message : ""));
            }

            @Override
            public void handleTimeout(ServerContext self) {
                log.add("timeout");
            }

            @Override
            public void terminate(ExitReason reason, ServerContext self) {
                log.add("terminate " + reason + " after " + count);
            }
        }

        private List<String> play() {
            try (CapturedLog silent = CapturedLog.silence()) {
                for (int i = 0; i <= SERVERS; i++) {
                    logs.add(Collections.synchronizedList(new ArrayList<>()));
                }
                for (int i = 0; i < SERVERS; i++) {
                    servers.add(started(i));
                }
                for (int step = 0; step < STEPS; step++) {
                    step();
                }
                world.quiesce();
                assertThat(silent).isNotNull();
            } finally {
                world.close();
            }
            List<String> all = new ArrayList<>();
            logs.forEach(all::addAll);
            return all;
        }

        private GenServerRef<Deed, Object, Deed> started(int number) {
            SpawnOptions options = SpawnOptions.labelled("s" + number);
            SpawnOptions chosen = number == 1 ? options.trappingExits() : options;
            return world.perform(() -> GenServerRef.start(world.system(), () -> new Server(logs.get(number)), chosen));
        }

        private void step() {
            world.quiesce();
            for (int i = 0; i < SERVERS; i++) {
                if (!servers.get(i).pid().isAlive()) {
                    logs.get(i).add("ended " + world.system().exitReason(servers.get(i).pid()).orElseThrow());
                    servers.set(i, started(i));
                }
            }
            int target = upTo(SERVERS);
            GenServerRef<Deed, Object, Deed> server = servers.get(target);
            List<String> driver = logs.get(SERVERS);
            switch (upTo(12)) {
                case 0 -> server.cast(deed(target, 1));
                case 1 -> server.pid().send("letter");
                case 2 -> world.advance(Duration.ofMillis(400));
                case 3 -> world.system().exit(server.pid(), upTo(2) == 0 ? ExitReason.KILL : ExitReason.SHUTDOWN);
                case 4 -> {
                    if (!putOff.isEmpty()) {
                        driver.add("late " + putOff.removeFirst().reply("late"));
                    }
                }
                case 5 -> {
                    if (!children.isEmpty()) {
                        world.system().exit(children.removeFirst(), BOOM);
                    }
                }
                default -> {
                    Deed deed = deed(target, 1);
                    Duration timeout = Duration.ofSeconds(5);
                    driver.add(world.perform(() -> outcome(() -> server.call(deed, timeout))));
                }
            }
        }

        private interface Asked {
            Object ask() throws Exception;
        }

        private static String outcome(Asked asked) {
            try {
                return "answer " + asked.ask();
            } catch (CallTimeoutException e) {
                return "no answer in time";
            } catch (ServerExitedException e) {
                return "exited: " + e.reason();
            } catch (IllegalStateException e) {
                return "refused";
            } catch (Exception e) {
                return "failed: " + e;
            }
        }

        private Deed deed(int of, int depth) {
            int number = upTo(1_000);
            int kind = depth > 3 ? upTo(6) : upTo(18);
            return switch (kind) {
                case 0 -> (from, self) -> {
                    self.self().send("to itself " + number);
                    return number;
                };
                case 1 -> (from, self) -> {
                    self.self().send("kept " + number);
                    self.self().send(number);
                    return self.process().receive(Integer.class::isInstance);
                };
                case 2 -> (from, self) -> {
                    if (from != null) {
                        from.reply("early " + number);
                    }
                    return "late";
                };
                case 3 -> (from, self) -> {
                    self.idleTimeout(Duration.ofMillis(300));
                    return number;
                };
                case 6 -> (from, self) -> {
                    throw new IllegalArgumentException("thrown " + number);
                };
                case 7 -> (from, self) -> {
                    throw self.process().exit(BOOM);
                };
                case 8 -> (from, self) -> {
                    self.stop(ExitReason.shutdown("enough " + number));
                    return "stopping";
                };
                case 9 -> (from, self) -> {
                    if (from == null) {
                        return "";
                    }
                    putOff.add(from);
                    return from.later();
                };
                case 10 -> (from, self) -> {
                    self.process().sleep(Duration.ofMillis(number));
                    return "slept";
                };
                case 11 -> (from, self) -> {
                    children.add(self.process().spawnLink(ProcessContext::receive, SpawnOptions.labelled("child")));
                    self.process().monitor(children.getLast());
                    return "parent";
                };
                case 12 -> (from, self) -> {
                    world.system().exit(self.self(), ExitReason.KILL);
                    return "dead";
                };
                case 13, 14, 15, 16 -> {
                    int target = upTo(SERVERS);
                    Deed next = deed(target, depth + 1);
                    Duration timeout = Duration.ofMillis(4_000 / (depth + 1));
                    yield (from, self) -> target == of
                            ? outcome(() -> servers.get(of).call(next, timeout))
                            : "[" + outcome(() -> servers.get(target).call(next, timeout)) + "]";
                }
                case 17 -> {
                    int target = upTo(SERVERS);
                    Deed next = deed(target, 4);
                    yield (from, self) -> {
                        servers.get(target).cast(next);
                        return "told";
                    };
                }
                default -> (from, self) -> number;
            };
        }
    }
}
