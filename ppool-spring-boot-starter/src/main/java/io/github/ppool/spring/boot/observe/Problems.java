package io.github.ppool.spring.boot.observe;

import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.spring.boot.ClusterOperations;
import io.github.ppool.spring.boot.DurableOperations;
import io.github.ppool.spring.boot.SafeReason;
import io.github.ppool.spring.boot.SupervisionTrees;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects the problems of an application. Used by one thread. */
final class Problems {

    /** The most problems that are told. */
    static final int MOST = 100;
    /** A wait in a queue that is worth telling. */
    static final Duration LONG_WAIT = Duration.ofSeconds(1);

    private final Journal journal;
    private final Instant now;
    private final List<Problem> found = new ArrayList<>();

    Problems(Journal journal, Instant now) {
        this.journal = journal;
        this.now = now;
    }

    private void add(Problem.Level level, String kind, String of, String what, String text, @Nullable Long since,
            @Nullable Long waited) {
        found.add(new Problem(level.key, kind, of, what, text, since, waited));
    }

    private @Nullable Long since(Subject subject, String event) {
        Instant at = journal.lastAt(subject, event);
        return at == null ? null : Math.max(0, Duration.between(at, now).toMillis());
    }

    /** The problems of a pool. */
    void addPool(PoolStatus pool) {
        String name = pool.name();
        String failure = pool.lastFailureText() == null
                ? ""
                : "; last failure: " + SafeReason.of(pool.lastFailureText());
        Long since = pool.phase() == PoolPhase.RUNNING ? null : since(Subject.pool(name), "phase");
        switch (pool.phase()) {
            case GAVE_UP -> ofPool(Problem.Level.DOWN, name, "given_up", "has given up" + failure, since, null);
            case RECOVERING ->
                ofPool(Problem.Level.DEGRADED, name, "recovering", "is recovering" + failure, since, null);
            case SUSPENDED -> ofPool(Problem.Level.DEGRADED, name, "suspended", "is suspended by an operator", since,
                    null);
            case DRAINING -> ofPool(Problem.Level.DEGRADED, name, "draining", "is being stopped", since, null);
            case STOPPED -> {}
            case RUNNING -> addRunning(pool, failure);
        }
    }

    private void ofPool(Problem.Level level, String name, String what, String text, @Nullable Long since,
            @Nullable Long waited) {
        add(level, "pool", name, what, "pool '" + name + "' " + text, since, waited);
    }

    private void addRunning(PoolStatus pool, String failure) {
        String name = pool.name();
        long waited = pool.oldestWait().toMillis();
        boolean serves = pool.available() + pool.borrowed() + pool.working() > 0;
        if (!serves && pool.starting() > 0 && pool.lastFailureText() != null) {
            ofPool(Problem.Level.DEGRADED, name, "creation", "can't make its workers" + failure,
                    since(Subject.pool(name), "not_made"), null);
        }
        if (pool.waitingToRestart() > 0) {
            ofPool(Problem.Level.DEGRADED, name, "restarting", "has " + count(pool.waitingToRestart(), "worker")
                    + " waiting for a restart" + failure, since(Subject.pool(name), "crashed"), null);
        }
        if (pool.orphaned() > 0) {
            ofPool(Problem.Level.DEGRADED, name, "orphaned", "has " + count(pool.orphaned(), "place")
                    + " in the hands of killed processes' threads", null, null);
        }
        if (pool.queueCapacity() > 0 && pool.queueDepth() >= pool.queueCapacity()) {
            ofPool(Problem.Level.DEGRADED, name, "queue_full", "has a full queue of " + pool.queueDepth(), null,
                    waited);
        } else if (pool.queueDepth() > 0 && waited >= LONG_WAIT.toMillis()) {
            ofPool(Problem.Level.WAITING, name, "queue", "has " + pool.queueDepth() + " waiting" + whatFor(pool)
                    + ", the first for " + waited + " ms", null, waited);
        }
        if (pool.queue().overloaded()) {
            ofPool(Problem.Level.DEGRADED, name, "overloaded", "is overloaded and has " + pool.queueDepth()
                    + " waiting", null, waited);
        }
        if (pool.waitingForPermit() > 0) {
            ofPool(Problem.Level.WAITING, name, "permit", "has " + count(pool.waitingForPermit(), "place")
                    + " waiting for a permit", null, null);
        }
    }

    /** An operator that sees a queue beside idle workers looks for a fault, unless the rate is named. */
    private static String whatFor(PoolStatus pool) {
        if (pool.rate() != null && !pool.rate().nextPermitIn().isZero()) {
            return " for the rate " + pool.rate().rate();
        }
        return pool.sharedRate() != null && !pool.sharedRate().nextPermitIn().isZero()
                ? " for the share in " + pool.sharedRate().limit()
                : "";
    }

    /** The problems of a group: those that its members do not tell by themselves. */
    void addGroup(GroupRow group) {
        String name = group.name();
        if (!group.up()) {
            add(Problem.Level.DOWN, "group", name, "no_member",
                    "group '" + name + "' has no member that serves its callers", null,
                    group.queueDepth() == 0 ? null : group.oldestWaitMillis());
        } else if (group.queueDepth() > 0 && group.oldestWaitMillis() >= LONG_WAIT.toMillis()) {
            add(Problem.Level.WAITING, "group", name, "queue", "group '" + name + "' has " + group.queueDepth()
                    + " waiting, the first for " + group.oldestWaitMillis() + " ms", null, group.oldestWaitMillis());
        }
    }

    /** Pools of the settings that do not run. */
    void addNotStarted(Set<String> configured, Set<String> running) {
        for (String name : configured) {
            if (!running.contains(name)) {
                ofPool(Problem.Level.DEGRADED, name, "not_started", "is configured and does not run", null, null);
            }
        }
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    /** The problems of a tree. */
    void addTree(SupervisionTrees trees, String name) {
        Optional<SupervisionTrees.Standby> standby = trees.standby(name);
        Subject subject = Subject.tree(name);
        if (trees.hasGivenUp(name)) {
            ofTree(Problem.Level.DOWN, name, "given_up", "has given up", since(subject, "gave_up"));
        } else if (standby.isPresent()) {
            if (standby.get().resting()) {
                ofTree(Problem.Level.DEGRADED, name, "resting", "rests here after it has given up", null);
            }
        } else if (trees.supervisor(name).isEmpty()) {
            ofTree(Problem.Level.DEGRADED, name, "not_started", "does not run", since(subject, "gave_up"));
        }
    }

    private void ofTree(Problem.Level level, String name, String what, String text, @Nullable Long since) {
        add(level, "tree", name, what, "tree '" + name + "' " + text, since, null);
    }

    /** The problems of durable tasks. */
    void addDurable(Asked.Answer<DurableOperations.Summary> answer) {
        if (answer.silent()) {
            add(Problem.Level.DEGRADED, "durable", "durable", "silent", "the store of durable tasks does not answer",
                    null, null);
        }
        DurableOperations.Summary summary = answer.value();
        if (summary == null) {
            return;
        }
        for (DurableOperations.Backlog pool : summary.pools()) {
            if (pool.laidDown() > 0) {
                add(Problem.Level.DEGRADED, "durable", pool.pool(), "laid_down",
                        pool.laidDown() + " durable task" + (pool.laidDown() == 1 ? "" : "s") + " of pool '"
                                + pool.pool() + "' laid down after their last attempt",
                        millis(pool.oldestLaidDown()), null);
            }
            Duration oldest = pool.oldestReady();
            if (oldest != null && oldest.compareTo(Duration.ofMinutes(1)) >= 0) {
                add(Problem.Level.WAITING, "durable", pool.pool(), "backlog",
                        pool.ready() + " durable tasks of pool '" + pool.pool() + "' are ready, the first for "
                                + oldest.toMillis() + " ms",
                        null, oldest.toMillis());
            }
        }
    }

    private static @Nullable Long millis(@Nullable Duration duration) {
        return duration == null ? null : duration.toMillis();
    }

    /** The problems of the cluster. */
    void addCluster(Asked.Answer<ClusterOperations.Status> answer) {
        if (answer.silent()) {
            add(Problem.Level.DEGRADED, "cluster", "cluster", "silent", "the store of the cluster does not answer",
                    null, null);
        }
        ClusterOperations.Status status = answer.value();
        if (status == null) {
            return;
        }
        for (ClusterOperations.Node node : status.nodes()) {
            if (node.expired()) {
                add(node.self() ? Problem.Level.DOWN : Problem.Level.DEGRADED, "cluster", node.node(), "lease",
                        (node.self() ? "this node '" : "node '") + node.node() + "' has lost its lease", null, null);
            } else if (node.draining()) {
                add(Problem.Level.WAITING, "cluster", node.node(), "draining",
                        "node '" + node.node() + "' is drained by an operator", null, null);
            }
        }
        for (ClusterOperations.Singleton singleton : status.singletons()) {
            if (singleton.node() == null) {
                add(Problem.Level.DEGRADED, "cluster", singleton.singleton(), "singleton",
                        "'" + singleton.singleton() + "' runs on no node", null, null);
            }
        }
    }

    /** The worst first. */
    List<Problem> worstFirst() {
        return found.stream().sorted(Problem.WORST_FIRST).limit(MOST).toList();
    }
}
