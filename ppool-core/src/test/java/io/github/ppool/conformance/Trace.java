package io.github.ppool.conformance;

import io.github.ppool.process.Pid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The events of the traced children and supervisors of a scenario, told by themselves. */
final class Trace {

    private final List<List<String>> events = new ArrayList<>();
    private final Map<String, Integer> starts = new LinkedHashMap<>();
    private final Map<String, Pid> pids = new LinkedHashMap<>();
    private final Map<Pid, String> ids = new LinkedHashMap<>();

    synchronized void event(String... words) {
        events.add(List.of(words));
    }

    synchronized List<List<String>> takeEvents() {
        List<List<String>> taken = List.copyOf(events);
        events.clear();
        return taken;
    }

    /** Of those that were not taken. */
    synchronized int eventCount() {
        return events.size();
    }

    /** Counts an attempt and tells how it goes. */
    synchronized String nextOutcome(String id, JsonNode outcomes) {
        int attempt = starts.merge(id, 1, Integer::sum);
        return outcomes == null ? "ok" : outcomes.get(Math.min(attempt, outcomes.size()) - 1).asString();
    }

    synchronized Map<String, Integer> starts() {
        return Map.copyOf(starts);
    }

    synchronized void runs(String id, Pid pid) {
        pids.put(id, pid);
        ids.put(pid, id);
    }

    synchronized Optional<Pid> running(String id) {
        return Optional.ofNullable(pids.get(id)).filter(Pid::isAlive);
    }

    synchronized String idOf(Pid pid) {
        return ids.get(pid);
    }
}
