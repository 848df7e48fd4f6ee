package io.github.ppool.genserver;

import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The number of calls that each server still owes an answer although their callers no longer wait. It is a table of its
 * own, because it is nearly always empty and a caller knows only the pid of a server. Any thread.
 */
final class UnansweredCalls {

    private static final ConcurrentHashMap<Pid, Integer> BY_SERVER = new ConcurrentHashMap<>();

    private UnansweredCalls() {}

    /** A caller has given up. */
    static void add(ProcessSystem system, Pid server) {
        if (BY_SERVER.merge(server, 1, Integer::sum) == 1) {
            var unused = system.onExit(server, (ended, reason) -> forget(ended));
        }
    }

    /** The server has answered a caller that had given up. */
    static void answered(Pid server) {
        BY_SERVER.computeIfPresent(server, (same, count) -> count == 1 ? null : count - 1);
    }

    static void forget(Pid server) {
        BY_SERVER.remove(server);
    }

    static boolean has(Pid server) {
        return !BY_SERVER.isEmpty() && BY_SERVER.containsKey(server);
    }
}
