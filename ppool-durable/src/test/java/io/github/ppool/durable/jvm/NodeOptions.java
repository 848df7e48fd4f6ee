package io.github.ppool.durable.jvm;

import io.github.ppool.cluster.WrongClock;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The options of the program {@link DurableNode}, as words {@code key=value}. An immutable value. */
record NodeOptions(Map<String, String> values) {

    NodeOptions {
        values = Map.copyOf(values);
    }

    /** A node on a database, with tables of a prefix: two workers, a lease of three seconds, no producer. */
    static NodeOptions of(int port, String prefix) {
        return parse("own=" + port, "app=" + port, "prefix=" + prefix, "lease=3000", "workers=2", "connections=8",
                "version=1", "rate=0", "prefetch=auto", "threshold=5", "plan=[restart*3, wait]",
                "node-lost=[restart*1000]");
    }

    static NodeOptions parse(String... words) {
        return new NodeOptions(Arrays.stream(words)
                .map(word -> word.split("=", 2))
                .collect(Collectors.toMap(word -> word[0], word -> word[1])));
    }

    private NodeOptions with(String key, Object value) {
        Map<String, String> changed = new TreeMap<>(values);
        changed.put(key, value.toString());
        return new NodeOptions(changed);
    }

    /** The port for the engine's own connections and for the lease. */
    NodeOptions own(int port) {
        return with("own", port);
    }

    /** The port for the connections of the application: those of transactional handlers. */
    NodeOptions application(int port) {
        return with("app", port);
    }

    NodeOptions name(String name) {
        return with("name", name);
    }

    NodeOptions lease(Duration lease) {
        return with("lease", lease.toMillis());
    }

    NodeOptions workers(int workers) {
        return with("workers", workers);
    }

    /** The most connections of the application's pool. */
    NodeOptions connections(int connections) {
        return with("connections", connections);
    }

    /** The version of the handlers. From version 2 on they also read payloads of the version before. */
    NodeOptions version(int version) {
        return with("version", version);
    }

    /** The transactions a second by which the node enqueues tasks by itself. */
    NodeOptions rate(int rate) {
        return with("rate", rate);
    }

    /** No statement is prepared on the server: each COMMIT is sent as a text, which a proxy can find. */
    NodeOptions commitsAsText() {
        return with("threshold", 0);
    }

    NodeOptions prefetch(int prefetch) {
        return with("prefetch", prefetch);
    }

    /** The monotonic clock of the node is wrong: the argument of a {@link WrongClock}. */
    NodeOptions clock(String argument) {
        return with("clock", argument);
    }

    /** The monotonic clock of this process. */
    MonotonicClock clockOfThisProcess() {
        String argument = values.get("clock");
        return argument == null ? MonotonicClock.system() : WrongClock.ofThisProcess(argument);
    }

    NodeOptions plan(String plan) {
        return with("plan", plan);
    }

    NodeOptions nodeLost(String plan) {
        return with("node-lost", plan);
    }

    String text(String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("no " + key + " in " + values);
        }
        return value;
    }

    int number(String key) {
        return Integer.parseInt(text(key));
    }

    String[] words() {
        return values.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()).toArray(String[]::new);
    }
}
