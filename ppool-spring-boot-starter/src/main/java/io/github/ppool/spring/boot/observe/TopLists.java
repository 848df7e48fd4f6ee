package io.github.ppool.spring.boot.observe;

import io.github.ppool.pool.PoolInspection;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessInfo;
import io.github.ppool.process.ProcessStatus;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Collects the processes and waiters with the largest values. Used by one thread. */
final class TopLists {

    /** The most processes that are looked at. */
    static final int MOST_PROCESSES = 20_000;
    /** The most pools with queues that are looked at: those with the longest waits. */
    static final int MOST_QUEUES = 100;
    /** The most processes whose stacks are looked at. */
    static final int MOST_STACKS = 20;
    /** The collection ends after that time, with its rows so far. */
    static final Duration PATIENCE = Duration.ofMillis(100);

    private static final Comparator<ProcessInfo> BY_MAILBOX = Comparator
            .comparingInt(ProcessInfo::messageQueueLength);
    /** A process that runs for a long time is stranger than one that waits for a long time. */
    private static final Comparator<ProcessInfo> BY_STATE = Comparator
            .comparing((ProcessInfo info) -> info.status() != ProcessStatus.WAITING)
            .thenComparing(ProcessInfo::inStatusFor);

    private final Pools pools;
    private final ProcessSystem system;
    private final Journal journal;
    private final int length;
    private final long deadline = System.nanoTime() + PATIENCE.toNanos();

    TopLists(Pools pools, Journal journal, int length) {
        this.pools = pools;
        this.system = pools.system();
        this.journal = journal;
        this.length = length;
    }

    /** The largest of many, without all of them in memory. */
    private final class Largest<T> {
        private final Comparator<T> by;
        private final PriorityQueue<T> least;

        Largest(Comparator<T> by) {
            this.by = by;
            this.least = new PriorityQueue<>(by);
        }

        void add(T one) {
            if (least.size() < length) {
                least.add(one);
            } else if (by.compare(one, least.element()) > 0) {
                least.remove();
                least.add(one);
            }
        }

        List<T> first() {
            return least.stream().sorted(by.reversed()).toList();
        }
    }

    /**
     * The processes with the largest values.
     *
     * @param mailbox those with the most messages
     * @param state those that have been in one state for the longest time
     */
    record Processes(List<Top.OfMailbox> mailbox, List<Top.OfState> state) {}

    /** Looks at all processes. That takes most of the time of a snapshot, so observers share the result. */
    Processes processes() {
        Largest<ProcessInfo> mailbox = new Largest<>(BY_MAILBOX);
        Largest<ProcessInfo> state = new Largest<>(BY_STATE);
        int seen = 0;
        for (Pid pid : system.processes()) {
            if (seen++ == MOST_PROCESSES || System.nanoTime() - deadline > 0) {
                break;
            }
            ProcessInfo info = system.info(pid);
            if (info.messageQueueLength() > 0) {
                mailbox.add(info);
            }
            if (info.status() != ProcessStatus.ENDED) {
                state.add(info);
            }
        }
        for (Pid pid : system.orphaned()) {
            state.add(system.info(pid));
        }
        return new Processes(
                mailbox.first().stream()
                        .map(info -> new Top.OfMailbox(
                                PidText.of(info.pid()), label(info.pid()), info.messageQueueLength()))
                        .toList(),
                states(state.first()));
    }

    /**
     * Collects.
     *
     * @param all the pools
     * @param processes the processes with the largest values
     */
    Top collect(List<PoolStatus> all, Processes processes) {
        return new Top(processes.mailbox, waits(all), journal.mostRestarts(length), processes.state);
    }

    private List<Top.OfState> states(List<ProcessInfo> longest) {
        List<Top.OfState> states = new ArrayList<>();
        for (ProcessInfo info : longest) {
            Pid pid = info.pid();
            states.add(new Top.OfState(
                    PidText.of(pid),
                    label(pid),
                    info.status().name().toLowerCase(Locale.ROOT),
                    states.size() < MOST_STACKS ? Doing.of(info.status(), system.stackTrace(pid)) : null,
                    info.inStatusFor().toMillis()));
        }
        return states;
    }

    private List<Top.OfWait> waits(List<PoolStatus> all) {
        Largest<Top.OfWait> longest = new Largest<>(Comparator.comparingLong(Top.OfWait::waitedMillis));
        List<PoolStatus> queues = all.stream()
                .filter(status -> status.queueDepth() > 0)
                .sorted(Comparator.comparing(PoolStatus::oldestWait).reversed())
                .limit(MOST_QUEUES)
                .toList();
        for (PoolStatus status : queues) {
            if (System.nanoTime() - deadline > 0) {
                break;
            }
            pools.admin().inspect(status.name(), 0, length).map(PoolInspection::queue).orElse(List.of())
                    .forEach(waiting -> longest.add(
                            new Top.OfWait("pool", status.name(), waiting.who(), waiting.waited().toMillis())));
        }
        for (String name : pools.groupNames()) {
            if (System.nanoTime() - deadline > 0) {
                break;
            }
            pools.group(name).ifPresent(group -> group.waiting(length).forEach(waiting -> longest.add(
                    new Top.OfWait("group", name, waiting.who(), waiting.waited().toMillis()))));
        }
        return longest.first();
    }

    private static @Nullable String label(Pid pid) {
        return pid.label().isEmpty() ? null : Note.cut(pid.label(), Note.LONGEST);
    }
}
