package io.github.ppool.supervisor;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.ppool.conformance.World;
import io.github.ppool.genserver.GenServer;
import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.genserver.ReplyTo;
import io.github.ppool.genserver.ServerContext;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartResult;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;

/**
 * Children for tests. They run the actions of the test and record their events: {@code +a} (started),
 * {@code -a reason} (cleaned up), {@code !a} (could not be started), {@code 0a} (its start was ignored). The clock
 * stands still; when a method here returns, all has come to rest.
 */
final class Nursery implements AutoCloseable {

    static final ExitReason BOOM = ExitReason.of("boom");
    static final Duration LONG = Duration.ofDays(1000);

    final World world = new World();
    private final List<String> diary = Collections.synchronizedList(new ArrayList<>());
    final List<SupervisorEvent> told = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Deque<ExitReason>> failures = new HashMap<>();
    private final Map<String, Integer> ignored = new HashMap<>();
    private final Map<String, Duration> slow = new HashMap<>();
    private final Logger log = (Logger) LoggerFactory.getLogger("io.github.ppool.supervisor");

    /** Keeps the supervisors' reports out of the output of tests of other subjects. */
    Nursery() {
        log.setLevel(Level.OFF);
    }

    // ---- children

    /** Traps exits and cleans up. Under simple_one_for_one its name is the argument. */
    ChildStart child(String id) {
        return child(id, SpawnOptions.DEFAULT.trappingExits());
    }

    ChildStart child(String id, SpawnOptions options) {
        return (supervisor, argument) -> start(supervisor, argument == null ? id : argument.toString(), options);
    }

    ChildSpec permanent(String id) {
        return ChildSpec.of(id, child(id)).restart(RestartType.PERMANENT);
    }

    ChildSpec transient_(String id) {
        return ChildSpec.of(id, child(id)).restart(RestartType.TRANSIENT);
    }

    ChildSpec temporary(String id) {
        return ChildSpec.of(id, child(id)).restart(RestartType.TEMPORARY);
    }

    ChildSpec planned(String id, String plan) {
        return ChildSpec.of(id, child(id)).plan(RestartPlan.parse(plan));
    }

    private StartResult start(ProcessContext supervisor, String id, SpawnOptions options) throws InterruptedException {
        ExitReason failure;
        boolean ignore;
        synchronized (this) {
            Deque<ExitReason> toFail = failures.get(id);
            failure = toFail == null ? null : toFail.poll();
            ignore = ignored.merge(id, -1, Integer::sum) >= 0;
        }
        return supervisor.startLink(GenServerRef.linkedTo(() -> new Kid(id, failure, ignore), supervisor.self()),
                new SpawnOptions(id, options.platformThread(), options.trapExits()));
    }

    /** So many of its next starts fail with this reason. */
    synchronized void failStarts(String id, int times, ExitReason reason) {
        failures.computeIfAbsent(id, unused -> new ArrayDeque<>()).addAll(Collections.nCopies(times, reason));
    }

    synchronized void succeedAgain(String id) {
        failures.remove(id);
    }

    /** So many of its next starts are ignored. */
    synchronized void ignoreStarts(String id, int times) {
        ignored.put(id, times);
    }

    /** How long its clean-up takes when it is told to shut down. */
    synchronized void cleansUpFor(String id, Duration time) {
        slow.put(id, time);
    }

    private final class Kid implements GenServer<String, String, ExitReason> {
        private final String id;
        private final ExitReason failure;
        private final boolean ignore;
        private boolean byItself;

        private Kid(String id, ExitReason failure, boolean ignore) {
            this.id = id;
            this.failure = failure;
            this.ignore = ignore;
        }

        @Override
        public Init init(ServerContext self) {
            diary.add((failure != null ? "!" : ignore ? "0" : "+") + id);
            if (failure != null) {
                self.stop(failure);
            }
            return ignore ? Init.IGNORE : Init.READY;
        }

        @Override
        public String handleCall(String request, ReplyTo<String> from, ServerContext self) {
            return request;
        }

        @Override
        public void handleCast(ExitReason reason, ServerContext self) {
            byItself = true;
            self.stop(reason);
        }

        @Override
        public void terminate(ExitReason reason, ServerContext self) throws InterruptedException {
            diary.add("-" + id + " " + reason);
            Duration time;
            synchronized (Nursery.this) {
                time = byItself ? null : slow.get(id);
            }
            if (time != null) {
                self.process().sleep(time);
            }
        }
    }

    /** The events since the last call. */
    List<String> diary() {
        synchronized (diary) {
            List<String> read = List.copyOf(diary);
            diary.clear();
            return read;
        }
    }

    // ---- doing

    <T> T perform(Callable<T> work) {
        T result = world.perform(work);
        world.quiesce();
        return result;
    }

    Supervisor start(SupervisorSpec spec) {
        return perform(() -> Supervisor.start(world.system(), spec.listener(told::add)));
    }

    /** The child ends by itself. {@link ExitReason#KILLED} is a kill from outside. */
    void end(Pid pid, ExitReason reason) {
        if (reason.equals(ExitReason.KILLED)) {
            world.system().exit(pid, ExitReason.KILL);
        } else {
            new GenServerRef<String, String, ExitReason>(world.system(), pid).cast(reason);
        }
        world.quiesce();
    }

    void end(Supervisor supervisor, String id, ExitReason reason) {
        end(pid(supervisor, id), reason);
    }

    void advance(Duration time) {
        world.advance(time);
    }

    boolean stop(Supervisor supervisor) {
        return perform(() -> supervisor.stop(LONG));
    }

    // ---- seeing

    Pid pid(Supervisor supervisor, String id) {
        return Objects.requireNonNull(perform(() -> supervisor.child(id)).orElseThrow().pid(), id + " does not run");
    }

    Supervisor nested(Supervisor supervisor, String id) {
        return Supervisor.of(world.system(), pid(supervisor, id));
    }

    /** {@code a:running}, {@code b:restarting}, … */
    List<String> children(Supervisor supervisor) {
        return perform(supervisor::whichChildren).stream()
                .map(child -> (child.id() == null ? child.pid() == null ? "?" : child.pid().label() : child.id()) + ":"
                        + child.state().name().toLowerCase(Locale.ROOT))
                .toList();
    }

    ChildCounts counts(Supervisor supervisor) {
        return perform(supervisor::countChildren);
    }

    /** The exit reason; null while it runs. */
    ExitReason exitReason(Supervisor supervisor) {
        return world.system().exitReason(supervisor.pid()).orElse(null);
    }

    @Override
    public void close() {
        world.close();
        log.setLevel(null);
    }
}
