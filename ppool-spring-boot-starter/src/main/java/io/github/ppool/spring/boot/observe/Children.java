package io.github.ppool.spring.boot.observe;

import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.supervisor.ChildInfo;
import io.github.ppool.supervisor.Supervisor;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a supervisor for its children, and waits only for a moment: it may be starting or stopping one. */
final class Children {

    /** The longest wait for the answer. */
    static final Duration PATIENCE = Duration.ofMillis(200);

    private Children() {}

    /**
     * The first children of a supervisor by their ids.
     *
     * @param most the most children
     * @return empty if the supervisor does not answer in time, or has ended
     */
    static Map<String, ChildInfo> of(ProcessSystem system, Pid supervisor, int most) {
        FutureTask<Map<String, ChildInfo>> question = new FutureTask<>(() -> {
            Map<String, ChildInfo> byId = new HashMap<>();
            for (ChildInfo child : Supervisor.of(system, supervisor).whichChildren(0, most).children()) {
                if (child.id() != null) {
                    byId.put(child.id(), child);
                }
            }
            return byId;
        });
        Thread.ofVirtual().inheritInheritableThreadLocals(false).name("ppool-observe").start(question);
        try {
            return question.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException silent) {
            // without its part
        } finally {
            question.cancel(true);
        }
        return Map.of();
    }
}
