package io.github.ppool.benchmarks;

import io.github.ppool.benchmarks.borrow.Borrow;
import io.github.ppool.benchmarks.borrow.Borrowers;
import io.github.ppool.benchmarks.borrow.Crowd;
import io.github.ppool.benchmarks.borrow.Peer;
import io.github.ppool.benchmarks.durable.BeginLatency;
import io.github.ppool.benchmarks.durable.Drain;
import io.github.ppool.benchmarks.durable.Engine;
import io.github.ppool.benchmarks.durable.Inserts;
import io.github.ppool.benchmarks.durable.Library;
import io.github.ppool.benchmarks.durable.Postgres;
import io.github.ppool.benchmarks.growth.PoolGrowth;
import io.github.ppool.benchmarks.growth.QueueGrowth;
import io.github.ppool.benchmarks.handover.HandOver;
import io.github.ppool.benchmarks.handover.OneByOne;
import io.github.ppool.benchmarks.handover.Submitters;
import io.github.ppool.benchmarks.handover.Way;
import io.github.ppool.benchmarks.keys.KeyedHandOver;
import io.github.ppool.benchmarks.keys.KeyedWay;
import io.github.ppool.benchmarks.ports.PortRequests;
import io.github.ppool.benchmarks.ports.Speaker;
import io.github.ppool.benchmarks.processes.Calls;
import io.github.ppool.benchmarks.processes.Mail;
import io.github.ppool.benchmarks.processes.Ring;
import io.github.ppool.benchmarks.processes.Sends;
import io.github.ppool.benchmarks.starter.Beginner;
import io.github.ppool.benchmarks.starter.Limited;
import io.github.ppool.benchmarks.starter.Observed;
import io.github.ppool.benchmarks.starter.PoolsCrowd;
import io.github.ppool.benchmarks.starter.Setting;
import io.github.ppool.benchmarks.starter.Source;
import io.github.ppool.benchmarks.starter.StartUp;
import io.github.ppool.benchmarks.starter.StarterBorrow;
import io.github.ppool.benchmarks.starter.StarterQueue;
import io.github.ppool.benchmarks.starter.Starting;
import io.github.ppool.benchmarks.starter.Taker;
import io.github.ppool.benchmarks.supervision.ChildrenGrowth;
import io.github.ppool.benchmarks.supervision.Crowds;
import io.github.ppool.benchmarks.supervision.Flood;
import io.github.ppool.benchmarks.supervision.Keeper;
import io.github.ppool.benchmarks.supervision.OneForAll;
import io.github.ppool.benchmarks.supervision.Supervision;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;

/**
 * The parts of the benchmarks, the most telling first. A part has pieces, and in each round all peers of a piece come
 * one after the other.
 */
enum Part {
    /** The Spring Boot starter as users get it, beside the means that the same application has without it. */
    STARTER("", "async-queue", "borrow", "borrow-2", "async-queue-spans", "async-queue-bare", "borrow-usage",
            "async-queue-cluster", "borrow-cluster", "cluster-limit", "observer", "start", "start-aot",
            "pools") {
        @Override
        void prepare(String piece, ChainedOptionsBuilder options, Plan plan) {
            if (piece.equals("observer") || piece.equals("cluster-limit")) {
                options.include(exactly(piece.equals("observer") ? Observed.class : Limited.class))
                        .addProfiler(Told.class)
                        .warmupIterations(plan.isSmoke() ? 0 : 1)
                        .measurementIterations(plan.isSmoke() ? 1 : 5);
            } else if (piece.startsWith("async-queue")) {
                options.include(exactly(StarterQueue.class))
                        .addProfiler(Told.class)
                        .param(fixedParameter(piece), fixedValue(piece))
                        // An iteration is a tenth of a second, and it takes many until all of it is compiled.
                        .warmupIterations(plan.isSmoke() ? 1 : 12)
                        .measurementIterations(plan.isSmoke() ? 1 : 5);
            } else if (piece.startsWith("start")) {
                options.include(exactly(StartUp.class))
                        .addProfiler(Told.class)
                        .jvmArgs("-Xms64m", "-Xmx256m") // it only starts others
                        .param("aot", Boolean.toString(piece.endsWith("-aot")))
                        .warmupIterations(0)
                        .measurementIterations(plan.isSmoke() ? 1 : 4);
            } else if (piece.equals("pools")) {
                options.include(exactly(PoolsCrowd.class))
                        .addProfiler(Told.class)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .jvmArgs(shrinking("64m", "4g"));
                if (plan.isSmoke()) {
                    options.param("pools", "1000");
                }
            } else {
                options.include(exactly(StarterBorrow.class))
                        .threads(piece.equals("borrow-2") ? 2 : 1)
                        .param(fixedParameter(piece), fixedValue(piece))
                        .warmupIterations(plan.isSmoke() ? 1 : 6); // see BORROW
            }
        }

        /** Settings are compared with and without a limit over the cluster. */
        private String fixedParameter(String piece) {
            return comparesSettings(piece) ? (piece.startsWith("async-queue") ? "taker" : "source") : "setting";
        }

        private String fixedValue(String piece) {
            return comparesSettings(piece) ? Taker.PPOOL_STARTER.name() : settingOf(piece);
        }

        private boolean comparesSettings(String piece) {
            return piece.endsWith("-cluster");
        }

        private String settingOf(String piece) {
            return piece.endsWith("-spans")
                    ? Setting.SPANS.name()
                    : piece.endsWith("-bare")
                            ? Setting.BARE.name()
                            : piece.endsWith("-usage")
                                    ? Setting.USAGE.name()
                                    : Setting.DEFAULTS.name();
        }

        @Override
        String peerParameter(String piece) {
            return switch (piece) {
                case "start", "start-aot" -> "starter";
                case "pools" -> "starting";
                case "async-queue-cluster", "borrow-cluster" -> "setting";
                case "observer", "cluster-limit" -> "use";
                default -> piece.startsWith("async-queue") ? "taker" : "source";
            };
        }

        @Override
        List<String> peers(String piece) {
            return switch (piece) {
                case "async-queue-spans" -> List.of(
                        Taker.PPOOL_STARTER.name(), Taker.PPOOL_EXECUTOR.name(), Taker.BOOT_EXECUTOR.name());
                case "async-queue", "async-queue-bare" -> namesOf(Taker.values());
                case "start", "start-aot" -> namesOf(Beginner.values());
                case "pools" -> namesOf(Starting.values());
                case "async-queue-cluster", "borrow-cluster" ->
                    List.of(Setting.CLUSTER.name(), Setting.CLUSTER_LIMIT.name());
                case "observer", "cluster-limit" -> namesOf(Observed.Use.values());
                case "borrow-usage" -> List.of(Source.PPOOL_STARTER.name(), Source.PPOOL_CORE.name());
                default -> namesOf(Source.values());
            };
        }

        @Override
        int rounds(String piece, Plan plan) {
            return piece.equals("start-aot") || piece.equals("pools") ? plan.fewerRounds() : plan.rounds;
        }

        @Override
        ClassPath classPath(String piece, ClassPath whole) {
            return switch (piece) {
                case "async-queue-spans" -> whole.ofTracedApplication();
                case "async-queue-bare" -> whole.ofBareApplication();
                case "async-queue-cluster", "borrow-cluster", "cluster-limit" -> whole.ofClusteredApplication();
                case "observer" -> whole.ofObservedApplication();
                case "start", "start-aot" -> whole; // each of its JVMs gets its own
                default -> whole.ofApplication();
            };
        }
    },
    /** Tasks in a database, and libraries that do the same; all on one PostgreSQL. */
    DURABLE("library", "drain", "drain-2", "transactional", "h2", "insert", "insert-1000", "latency", "growth-100000",
            "growth-1000000", "growth-10000000") {
        @Override
        void prepare(String piece, ChainedOptionsBuilder options, Plan plan) {
            String[] words = piece.split("-");
            options.addProfiler(Told.class)
                    .jvmArgs(Stream.concat(Stream.of(heap("512m", "512m")), Stream.of(Postgres.option()))
                            .toArray(String[]::new))
                    // An iteration takes some seconds, and all of it is compiled after the first.
                    .warmupIterations(plan.isSmoke() ? 0 : 1)
                    .measurementIterations(plan.isSmoke() ? 1 : 2);
            switch (words[0]) {
                case "insert" -> options.include(exactly(Inserts.class))
                        .param("batch", words.length > 1 ? words[1] : "1")
                        .param("transactions", plan.isSmoke() ? "20" : words.length > 1 ? "100" : "3000");
                case "latency" -> options.include(exactly(BeginLatency.class))
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .param("tasks", plan.isSmoke() ? "20" : "300");
                default -> options.include(exactly(Drain.class))
                        .param("nodes", piece.equals("drain-2") ? "2" : "1")
                        .param("work", piece.equals("transactional") ? "WRITE" : "NOTHING")
                        .param("engine", piece.equals("h2") ? Engine.H2_FILE.name() : Engine.POSTGRES.name())
                        .param("waiting", words[0].equals("growth") ? words[1] : "0")
                        .param("share", plan.isSmoke() ? "10" : piece.equals("transactional") ? "4" : "1");
            }
            if (words[0].equals("growth")) {
                options.warmupIterations(0).measurementIterations(1);
            }
        }

        @Override
        List<String> peers(String piece) {
            return switch (piece) {
                case "drain", "latency" -> List.of(Library.PPOOL.name(), Library.PPOOL_STARTER.name(),
                        Library.DB_SCHEDULER_LOCK.name(), Library.DB_SCHEDULER_FETCH.name(), Library.JOBRUNR.name());
                // Its statement that locks and fetches is not for H2.
                case "h2" -> List.of(Library.PPOOL.name(), Library.DB_SCHEDULER_FETCH.name());
                case "insert", "insert-1000" -> List.of(Library.PPOOL.name(), Library.JDBC.name(),
                        Library.DB_SCHEDULER_FETCH.name(), Library.JOBRUNR.name());
                case "transactional" -> List.of(Library.PPOOL.name(), Library.PPOOL_STARTER.name(),
                        Library.DB_SCHEDULER_LOCK.name(), Library.DB_SCHEDULER_FETCH.name());
                case "drain-2" -> List.of(Library.PPOOL.name(), Library.DB_SCHEDULER_LOCK.name(),
                        Library.DB_SCHEDULER_FETCH.name());
                default -> List.of(Library.PPOOL.name(), Library.DB_SCHEDULER_LOCK.name());
            };
        }

        @Override
        boolean isIn(String piece, Plan plan) {
            return !piece.equals("growth-10000000") && (plan != Plan.SMOKE || !piece.equals("growth-1000000"));
        }

        @Override
        int rounds(String piece, Plan plan) {
            return piece.startsWith("growth") ? plan.fewerRounds() : plan.rounds;
        }

        @Override
        ClassPath classPath(String piece, ClassPath whole) {
            return whole.ofDurable();
        }
    },
    /** Platform threads that borrow, use and give back: as many threads, and objects, as the piece says. */
    BORROW("peer", "1", "2", "8", "8-of-2") {
        @Override
        void prepare(String piece, ChainedOptionsBuilder options, Plan plan) {
            String[] numbers = piece.split("-of-");
            options.include(exactly(Borrow.class))
                    .threads(Integer.parseInt(numbers[0]))
                    .param("objects", numbers.length > 1 ? numbers[1] : "10");
            if (!plan.isSmoke()) {
                // threads that meet while little is compiled are measured for seconds after
                options.warmupIterations(6);
            }
        }

        @Override
        List<String> peers(String piece) {
            return piece.equals("1") ? namesOf(Peer.values()) : lenders();
        }
    },
    /** Crowds that wait: waits and share of each borrower. */
    BORROWERS("peer", Stream.of(Crowd.values()).map(Crowd::spoken).toArray(String[]::new)) {
        @Override
        void prepare(String piece, ChainedOptionsBuilder options, Plan plan) {
            options.include(exactly(Borrowers.class))
                    .addProfiler(Told.class)
                    .param("crowd", written(piece))
                    .param("millis", Integer.toString(plan.millis * 2))
                    .warmupIterations(plan.isSmoke() ? 1 : 6) // see BORROW
                    .measurementIterations(plan == Plan.FULL ? 2 : 1);
        }

        @Override
        int rounds(String piece, Plan plan) {
            // the others have no goals
            return piece.endsWith("-yield") || piece.equals("p8-of-2") ? plan.rounds : plan.fewerRounds();
        }

        @Override
        List<String> peers(String piece) {
            return lenders();
        }
    },
    /** A million tasks, one after the other, and from many submitters that wait, by platform or virtual threads. */
    HANDOVER("way", "million", "one-by-one", "submitters") {
        @Override
        void prepare(String piece, ChainedOptionsBuilder options, Plan plan) {
            options.addProfiler(Told.class);
            switch (piece) {
                case "million" -> options.include(exactly(HandOver.class))
                        // An iteration is a tenth of a second, and it takes many until all of it is compiled.
                        .warmupIterations(10)
                        .measurementIterations(plan.isSmoke() ? 1 : 5)
                        .jvmArgs(heap("2g", "2g"));
                case "one-by-one" -> options.include(exactly(OneByOne.class));
                default -> options.include(exactly(Submitters.class))
                        .param("millis", Integer.toString(plan.millis * 2));
            }
            if (plan == Plan.SMOKE) {
                options.warmupIterations(0);
            }
        }

        @Override
        List<String> peers(String piece) {
            return switch (piece) {
                case "million" -> namesOf(Way.values()).stream()
                        .filter(way -> !way.equals(Way.PPOOL_RUN.name()))
                        .toList();
                case "one-by-one" -> namesOf(Way.values());
                default -> Stream.of(Way.values()).filter(Way::makesSubmittersWait).map(Enum::name).toList();
            };
        }

        @Override
        int rounds(String piece, Plan plan) {
            return piece.equals("million") ? plan.rounds : plan.fewerRounds();
        }

        @Override
        void measureErlang(String piece, Erlang erlang) throws Exception {
            switch (piece) {
                case "million" -> erlang.run("lyse", "million");
                case "one-by-one" -> erlang.run("lyse", "one-by-one");
                default -> {}
            }
        }
    },
    /** A million tasks with few, many and very many keys. */
    KEYS("way", "10", "10000", "1000000") {
        @Override
        void prepare(String piece, ChainedOptionsBuilder options, Plan plan) {
            options.addProfiler(Told.class)
                    .include(exactly(KeyedHandOver.class))
                    .param("keys", piece)
                    .warmupIterations(plan == Plan.SMOKE ? 0 : 10)
                    .measurementIterations(plan.isSmoke() ? 1 : 5)
                    .jvmArgs(heap("3g", "3g"));
        }

        @Override
        List<String> peers(String piece) {
            return Stream.of(KeyedWay.values()).filter(way -> way.takes(Integer.parseInt(piece))).map(Enum::name)
                    .toList();
        }
    },
    /** Calls of one and of eight, messages, and hops from process to process. */
    PROCESSES("mail", "call-1", "call-8", "send", "ring") {
        @Override
        void prepare(String piece, ChainedOptionsBuilder options, Plan plan) {
            switch (piece) {
                case "send" -> options.include(exactly(Sends.class)).jvmArgs(heap("2g", "2g"));
                case "ring" -> options.include(exactly(Ring.class));
                default -> options.include(exactly(Calls.class)).param("callers", piece.substring("call-".length()));
            }
            // An iteration is a tenth of a second, and it takes many until all of it is compiled.
            options.warmupIterations(plan.isSmoke() ? 1 : 20).measurementIterations(plan.isSmoke() ? 1 : 5);
        }

        @Override
        List<String> peers(String piece) {
            return piece.startsWith("call")
                    ? namesOf(Mail.values())
                    : List.of(Mail.PPOOL.name(), Mail.PEKKO.name()); // only calls can be run by their callers
        }

        @Override
        void measureErlang(String piece, Erlang erlang) throws Exception {
            erlang.run("otp-processes", piece);
        }
    },
    /** Requests to programs of the operating system. */
    PORTS("speaker", "request-1", "request-2") {
        @Override
        void prepare(String piece, ChainedOptionsBuilder options, Plan plan) {
            options.include(exactly(PortRequests.class))
                    .threads(Integer.parseInt(piece.substring("request-".length())))
                    .warmupIterations(plan.isSmoke() ? 1 : 6)
                    .measurementIterations(plan.isSmoke() ? 1 : 5);
        }

        @Override
        List<String> peers(String piece) {
            return namesOf(Speaker.values());
        }
    },
    /** Children that come, go, crash and come back. */
    SUPERVISION("keeper", "children", "flood", "one-for-all") {
        @Override
        void prepare(String piece, ChainedOptionsBuilder options, Plan plan) {
            options.addProfiler(Told.class);
            switch (piece) {
                case "children" -> options.include(exactly(Supervision.class))
                        // An iteration is a tenth of a second, and it takes many until all of it is compiled.
                        .warmupIterations(plan.isSmoke() ? 1 : 20)
                        .measurementIterations(plan.isSmoke() ? 1 : 5);
                case "flood" -> options.include(exactly(Flood.class))
                        .warmupIterations(plan.isSmoke() ? 1 : 8)
                        .measurementIterations(plan.isSmoke() ? 1 : 3);
                default -> options.include(exactly(OneForAll.class))
                        .warmupIterations(plan.isSmoke() ? 1 : 20)
                        .measurementIterations(plan.isSmoke() ? 1 : 5);
            }
        }

        @Override
        List<String> peers(String piece) {
            return piece.equals("one-for-all") ? List.of(Keeper.PPOOL.name()) : namesOf(Keeper.values());
        }

        @Override
        void measureErlang(String piece, Erlang erlang) throws Exception {
            erlang.run("otp", piece);
        }
    },
    /** Very many idle children: starting, listing, counting and stopping them, and their memory. */
    CROWDS("keeper", "100000", "1000000") {
        @Override
        void prepare(String piece, ChainedOptionsBuilder options, Plan plan) {
            options.include(exactly(Crowds.class))
                    .addProfiler(Told.class)
                    .warmupIterations(0)
                    // of each JVM, or memory that the time before has used is counted as there already
                    .measurementIterations(1)
                    .jvmArgs(shrinking("64m", "6g"))
                    .param("children", piece);
            if (piece.equals("1000000")) {
                options.param("warm", "true");
            }
        }

        @Override
        List<String> peers(String piece) {
            return List.of(Keeper.PPOOL.name(), Keeper.PEKKO.name());
        }

        @Override
        int rounds(String piece, Plan plan) {
            return piece.equals("1000000") && plan != Plan.FULL ? 1 : plan.fewerRounds();
        }

        @Override
        boolean isIn(String piece, Plan plan) {
            return plan != Plan.SMOKE || piece.equals("100000");
        }

        @Override
        void measureErlang(String piece, Erlang erlang) throws Exception {
            erlang.run("otp", piece);
        }
    },
    /** Cost of one operation beside few and beside very many others; ppool only. */
    GROWTH("", "workers", "queue", "children") {
        @Override
        void prepare(String piece, ChainedOptionsBuilder options, Plan plan) {
            options.jvmArgs(heap("2g", "6g"));
            switch (piece) {
                case "workers" -> options.include(exactly(PoolGrowth.class));
                case "queue" -> options.include(exactly(QueueGrowth.class));
                default -> options.include(exactly(ChildrenGrowth.class))
                        .warmupIterations(plan.isSmoke() ? 1 : 20)
                        .measurementIterations(plan.isSmoke() ? 1 : 5);
            }
            if (plan != Plan.FULL && piece.equals("workers")) {
                options.param("strategy", "LIFO", "AFFINE");
            }
        }

        @Override
        List<String> peers(String piece) {
            return List.of("PPOOL");
        }

        @Override
        int rounds(String piece, Plan plan) {
            return plan.fewerRounds();
        }
    };

    private final String peerParameter;

    private final List<String> pieces;

    Part(String peerParameter, String... pieces) {
        this.peerParameter = peerParameter;
        this.pieces = List.of(pieces);
    }

    abstract void prepare(String piece, ChainedOptionsBuilder options, Plan plan);

    /** All participants, ppool among them. */
    abstract List<String> peers(String piece);

    /** Counterparts of Erlang, if it is installed. */
    void measureErlang(String piece, Erlang erlang) throws Exception {}

    /** The name of JMH's parameter that says which peer it is; empty if there is none but ppool. */
    String peerParameter(String piece) {
        return peerParameter;
    }

    /** The part of the whole class path that the measured JVMs get. */
    ClassPath classPath(String piece, ClassPath whole) {
        return whole.ofCore();
    }

    int rounds(String piece, Plan plan) {
        return plan.rounds;
    }

    boolean isIn(String piece, Plan plan) {
        return true;
    }

    List<String> pieces() {
        return pieces;
    }

    static String spoken(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String written(String spoken) {
        return spoken.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /**
     * Options for a heap with all its pages present before the measurement. Otherwise an allocation of 40 bytes per
     * operation pays for a page with every hundredth operation. Neither the operating system nor the host below it has
     * handed out that page before. That lasts until the collector has come round once. On virtual machines it is ten
     * times as much as the operation, and lasts as long as a short cell. The pages are huge because that is quickly
     * done.
     */
    static String[] heap(String least, String most) {
        return new String[]{"-Xms" + least, "-Xmx" + most, "-XX:+AlwaysPreTouch", "-XX:+UseTransparentHugePages"};
    }

    /** A heap that is given back: or the resident memory would be that of long gone garbage. */
    private static String[] shrinking(String least, String most) {
        return new String[]{"-Xms" + least, "-Xmx" + most, "-XX:+UseSerialGC", "-XX:MinHeapFreeRatio=5",
                "-XX:MaxHeapFreeRatio=10",
                "-XX:-ShrinkHeapInSteps"};
    }

    /** All participants but ppool with leak detection on: its cost shows where no borrower waits. */
    private static List<String> lenders() {
        return Stream.of(Peer.values()).filter(peer -> peer != Peer.PPOOL_LIFO_LEAK_DETECTION).map(Enum::name).toList();
    }

    private static List<String> namesOf(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toList();
    }

    private static String exactly(Class<?> benchmark) {
        return benchmark.getName().replace(".", "\\.") + "\\.";
    }
}
