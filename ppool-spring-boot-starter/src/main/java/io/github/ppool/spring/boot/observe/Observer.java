package io.github.ppool.spring.boot.observe;

import io.github.ppool.guard.FailureText;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Pools;
import io.github.ppool.spring.boot.ClusterOperations;
import io.github.ppool.spring.boot.DurableOperations;
import io.github.ppool.spring.boot.SafeReason;
import io.github.ppool.spring.boot.SupervisionTrees;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Makes snapshots of the application for observers. All methods may be called from any thread. A snapshot takes a
 * bounded time: it asks no supervisor, and waits for the stores of the cluster and of durable tasks only for a moment.
 */
public final class Observer {

    /** The most pools of a snapshot, and the most trees. */
    public static final int MOST = 1_000;
    /** The most entries of the journal in a snapshot. */
    public static final int MOST_ENTRIES = 200;
    /** With more pools than this, the histories of a snapshot have fewer points each. */
    private static final int MANY_POOLS = 40;
    /** The fewest points of each of very many pools. */
    private static final int FEWEST_POINTS = 10;

    private final Pools pools;
    private final ObjectProvider<SupervisionTrees> trees;
    private final ObjectProvider<ClusterOperations> cluster;
    private final ObjectProvider<DurableOperations> durable;
    private final Journal journal;
    private final History history;
    private final Supplier<Set<String>> configured;
    private final Details details;
    private final SharedWalk walk = new SharedWalk();
    private final String application;
    private final Asked<ClusterOperations.Status> clusterStatus = new Asked<>("the store of the cluster");
    private final Asked<DurableOperations.Summary> durableSummary = new Asked<>("the store of durable tasks");
    private final String start = Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), Character.MAX_RADIX);
    private final long startedAtNanos = System.nanoTime();

    /**
     * Makes an observer.
     *
     * @param application the name of the application
     * @param pools the pools
     * @param trees supplies the supervision trees; called for each snapshot
     * @param cluster supplies the cluster, if there is one; called for each snapshot
     * @param durable supplies the durable tasks, if there are any; called for each snapshot
     * @param journal the journal
     * @param history the history
     * @param configured supplies the names of the pools of the settings, which should run; called for each snapshot
     */
    public Observer(
            String application,
            Pools pools,
            ObjectProvider<SupervisionTrees> trees,
            ObjectProvider<ClusterOperations> cluster,
            ObjectProvider<DurableOperations> durable,
            Journal journal,
            History history,
            Supplier<Set<String>> configured) {
        this.configured = configured;
        this.application = application;
        this.pools = pools;
        this.trees = trees;
        this.cluster = cluster;
        this.durable = durable;
        this.journal = journal;
        this.history = history;
        this.details = new Details(pools);
    }

    /**
     * The request of an observer.
     *
     * @param since the sequence of the last snapshot; null for the first one
     * @param pool the pool or tree that is wanted in detail; null for none
     * @param top the length of the lists of the largest values
     * @param journalSince the sequence of the last entry of the journal that is known; zero for none
     * @param values true to show messages and stacks of exceptions
     */
    public record Question(@Nullable Long since, @Nullable String pool, int top, long journalSince, boolean values) {}

    /**
     * Makes a snapshot. The history is kept from now on.
     *
     * @param question the request
     * @return the snapshot
     */
    public Snapshot look(Question question) {
        history.look();
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        long sequence = history.sequence();
        Problems problems = new Problems(journal, now);
        ClusterOperations theCluster = cluster.getIfUnique();
        Asked.Answer<ClusterOperations.Status> ofCluster = theCluster == null
                ? null
                : clusterStatus.ask(theCluster::status);
        DurableOperations theTasks = durable.getIfUnique();
        List<PoolStatus> all = statuses();
        List<PoolRow> rows = new ArrayList<>();
        for (PoolStatus status : all) {
            problems.addPool(status);
            rows.add(row(status, question.since(), sequence, all.size()));
        }
        problems.addNotStarted(configured.get(), pools.names());
        List<GroupRow> groupRows = groups(problems);
        SupervisionTrees allTrees = trees.getIfUnique();
        List<TreeRow> treeRows = allTrees == null ? List.of() : treeRows(allTrees, problems);
        if (ofCluster != null) {
            problems.addCluster(ofCluster);
        }
        if (theTasks != null) {
            problems.addDurable(durableSummary.ask(theTasks::summary));
        }
        return new Snapshot(
                sequence,
                start,
                now,
                History.EVERY.toMillis(),
                pools.names().size() <= MOST && (allTrees == null || allTrees.names().size() <= MOST),
                application(ofCluster),
                question.values(),
                theCluster != null,
                theTasks != null,
                history.mode().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                Math.max(0, pools.system().threadCount() - pools.system().orphanCount()),
                pools.system().orphanCount(),
                problems.worstFirst(),
                rows,
                treeRows,
                groupRows,
                journal.after(question.journalSince(), MOST_ENTRIES, question.values()),
                top(question.top(), all),
                question.pool() == null ? null : detail(question, question.pool(), sequence));
    }

    private List<GroupRow> groups(Problems problems) {
        List<GroupRow> rows = pools.groupNames().stream().limit(MOST)
                .flatMap(name -> pools.group(name).map(GroupRow::of).stream())
                .toList();
        rows.forEach(problems::addGroup);
        return rows;
    }

    private Top top(int length, List<PoolStatus> all) {
        TopLists lists = new TopLists(pools, journal, length);
        return lists.collect(all, walk.get(length, lists::processes));
    }

    private List<PoolStatus> statuses() {
        return pools.names().stream()
                .limit(MOST)
                .flatMap(name -> pools.pool(name).map(PoolClient::status).stream())
                .toList();
    }

    private ApplicationRow application(Asked.@Nullable Answer<ClusterOperations.Status> ofCluster) {
        ClusterOperations.Status status = ofCluster == null ? null : ofCluster.value();
        String node = status == null
                ? null
                : status.nodes().stream().filter(ClusterOperations.Node::self).map(ClusterOperations.Node::node)
                        .findFirst().orElse(null);
        return new ApplicationRow(
                application,
                (System.nanoTime() - startedAtNanos) / 1_000_000,
                Runtime.version().toString(),
                Pools.class.getPackage().getImplementationVersion(),
                node);
    }

    private List<TreeRow> treeRows(SupervisionTrees all, Problems problems) {
        List<TreeRow> rows = new ArrayList<>();
        for (String name : all.names()) {
            if (rows.size() == MOST) {
                break;
            }
            problems.addTree(all, name);
            boolean standby = all.standby(name).isPresent();
            Optional<String> pid = all.supervisor(name).map(supervisor -> PidText.of(supervisor.pid()));
            rows.add(new TreeRow(
                    name,
                    standby ? null : pid.orElse(null),
                    !standby && pid.isPresent(),
                    standby ? true : null,
                    journal.crashes(Subject.tree(name))));
        }
        return rows;
    }

    private PoolRow row(PoolStatus status, @Nullable Long since, long sequence, int numberOfPools) {
        String name = status.name();
        FailureText failure = status.lastFailureText();
        PoolHistory.Now now = history.read(name, (known, last) -> known.now());
        return new PoolRow(
                name,
                lower(status.phase()),
                lower(status.state()),
                pools.supervisor(name).map(PidText::of).orElse(null),
                status.size(),
                status.maxOverflow(),
                status.minIdle() == 0 ? null : status.minIdle(),
                Integer.valueOf(0).equals(status.warmingUp()) ? null : status.warmingUp(),
                status.overflow(),
                new PoolRow.Workers(
                        status.workers(),
                        status.available(),
                        status.borrowed(),
                        status.working(),
                        status.starting(),
                        status.stopping(),
                        status.waitingToRestart(),
                        status.orphaned()),
                PoolRow.Queue.of(status),
                status.waitingForPermit() == 0 ? null : status.waitingForPermit(),
                RateRow.of(status.rate()),
                ClusterRateRow.of(status.sharedRate()),
                status.overruns(),
                status.checkouts(),
                new PoolRow.Transactions(
                        status.transactions().succeeded(),
                        status.transactions().failed(),
                        status.transactions().crashed()),
                new PoolRow.Tasks(
                        status.tasks().done(),
                        status.tasks().failed(),
                        status.tasks().cancelled(),
                        status.tasks().rejected()),
                journal.crashes(Subject.pool(name)),
                now == null ? null : new PoolRow.Rates(now.perSecond(), now.crashesPerMinute()),
                now == null ? null : new PoolRow.Wait(now.p50Micros(), now.p99Micros()),
                failure == null ? null : SafeReason.of(failure),
                status.waitingToRestart() == 0 ? null : journal.nextStartInMillis(Subject.pool(name)),
                samples(name, since, sequence, numberOfPools));
    }

    private @Nullable Samples samples(String pool, @Nullable Long since, long sequence, int numberOfPools) {
        if (since != null && since <= sequence && sequence - since <= History.FINE) {
            return history.read(pool, (known, last) -> known.samples(since + 1, 1));
        }
        if (numberOfPools <= MANY_POOLS) {
            return history.read(pool, (known, last) -> known.samples(0, Series.LENGTH / History.COARSE));
        }
        int points = Math.max(FEWEST_POINTS, History.COARSE * MANY_POOLS / numberOfPools);
        return history.read(pool, (known, last) -> {
            Samples samples = known.samples(0, Series.LENGTH / points);
            return samples == null ? null : samples.withoutMedians();
        });
    }

    private PoolDetail detail(Question question, String name, long sequence) {
        boolean tree = pools.pool(name).isEmpty()
                && Optional.ofNullable(trees.getIfUnique()).filter(all -> all.names().contains(name)).isPresent();
        Long since = question.since();
        long from = since != null && since <= sequence && sequence - since <= History.FINE ? since + 1 : 0;
        return details.of(
                Note.cut(name, Note.LONGEST),
                history.read(name, (known, last) -> known.samples(from, 1)),
                journal.of(tree ? Subject.tree(name) : Subject.pool(name), question.values()));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
