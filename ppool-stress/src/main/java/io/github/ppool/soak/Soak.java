package io.github.ppool.soak;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Uses six pools for a given time, one of each strategy on virtual and on platform threads, while workers and
 * borrowers are killed, and judges at the end: tasks lost or run twice, double hand-outs, workers that were not
 * closed, processes, orphans and threads that are left after the stop, heap growth. Ends with 0 if all is well, with
 * 1 and a line for each finding if not, with 2 if the arguments are wrong.
 *
 * <p>{@code Soak 10m [seed]}; the time as {@code 30s}, {@code 10m} or {@code 8h}. {@code -Dsoak.kills=1000} kills so
 * many processes in a second. {@code -Dsoak.fault=lose-task} makes a fault on purpose: see {@link Fault}.
 */
public final class Soak {

    private static final String PREFIX = "soak-";
    private static final int SIZE = 3;
    private static final int MAX_OVERFLOW = 2;
    /** For each pool. More in all than there are places, so that some wait. */
    private static final int PLATFORM_BORROWERS = 2;
    private static final int VIRTUAL_BORROWERS = 3;
    private static final int PROCESS_BORROWERS = 3;
    private static final Duration PRINT_EVERY = Duration.ofSeconds(5);
    private static final int COLLECTIONS = 3;

    private final Settings settings;
    private final Gate gate = new Gate();
    private final Ledger ledger;
    private final Workers workers;
    private final Judge judge = new Judge();
    private final List<PoolClient<Worker>> pools = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final long begin = System.nanoTime();

    private Soak(Settings settings) {
        this.settings = settings;
        this.ledger = new Ledger(settings.fault(), gate);
        this.workers = new Workers(ledger);
    }

    /**
     * Runs, prints and ends the JVM with 0 or 1; with 2 if the arguments are wrong.
     *
     * @param args the time, and a seed if the same dice are wanted again
     * @throws Exception if the pools cannot be started
     */
    public static void main(String[] args) throws Exception {
        Settings settings;
        try {
            settings = Settings.of(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        System.exit(new Soak(settings).run() ? 0 : 1);
    }

    private boolean run() throws Exception {
        System.out.printf(Locale.ROOT, "soak for %s, %,d kills a second, seed %d, fault %s%n",
                settings.time(), settings.killsASecond(), settings.seed(), settings.fault().word());
        ProcessSystem system = new ProcessSystem();
        Pools tree = Pools.start(system);
        Killer killer = begin(system, tree);
        long warm = soak(killer);
        gate.end();
        for (Thread thread : threads) {
            if (!thread.join(settings.patience())) {
                ledger.failed(thread + " hangs: " + List.of(thread.getStackTrace()));
            }
        }
        judge.nothingLeft(Finding.BOOKS, unbalanced());
        long end = heap();
        stop(system, tree);
        print("in all", killer, 0, Map.of());
        judge(killer, warm, end);
        return tell();
    }

    // ---- the load

    private Killer begin(ProcessSystem system, Pools tree) throws Exception {
        Random dice = new Random(settings.seed());
        List<Supplier<Borrower>> processes = new ArrayList<>();
        for (PoolStrategy strategy : PoolStrategy.values()) {
            for (boolean platform : new boolean[]{false, true}) {
                PoolClient<Worker> pool = tree.startPool(spec(strategy, platform));
                pools.add(pool);
                Supplier<Borrower> maker = () -> new Borrower(pool, ledger, gate, settings.patience(),
                        new Random(dice.nextLong()));
                addThreads(Thread.ofPlatform().name("borrower of " + pool.name()), PLATFORM_BORROWERS, maker);
                addThreads(Thread.ofVirtual().name("borrower of " + pool.name()), VIRTUAL_BORROWERS, maker);
                for (int i = 0; i < PROCESS_BORROWERS; i++) {
                    processes.add(maker);
                }
            }
        }
        Killer killer = new Killer(system, settings, gate, workers, processes, new Random(dice.nextLong()));
        threads.add(Thread.ofPlatform().name("killer").unstarted(killer));
        Remains.leave(settings.fault(), system, PREFIX);
        threads.forEach(Thread::start);
        return killer;
    }

    private void addThreads(Thread.Builder kind, int count, Supplier<Borrower> maker) {
        for (int i = 0; i < count; i++) {
            Borrower borrower = maker.get();
            threads.add(kind.unstarted(borrower::live));
        }
    }

    private PoolSpec<Worker> spec(PoolStrategy strategy, boolean platform) {
        // Any number of restarts: the kills must not be too many for the pools' supervisors.
        RestartPolicy atOnce = RestartPolicy.of(RestartPlan.parse("[restart]")).withCount(RestartCount.INFINITY);
        String name = PREFIX + strategy.name().toLowerCase(Locale.ROOT) + (platform ? "-platform" : "-virtual");
        return PoolSpec.builder(name, workers)
                .size(SIZE)
                .maxOverflow(MAX_OVERFLOW)
                .strategy(strategy)
                .platformThreads(platform)
                .queueCapacity(1000)
                .checkoutTimeout(Borrower.TIMEOUT)
                .restart(atOnce)
                .creationPlan(atOnce)
                .surviveOn(failure -> failure instanceof UnsupportedOperationException)
                .listener(ledger)
                .build();
    }

    /** The live bytes at the warm point. */
    private long soak(Killer killer) throws InterruptedException {
        long warm = 0;
        long printed = System.nanoTime();
        long activeBefore = 0;
        Map<Victim, Long> killsBefore = killer.kills();
        while (gate.goesOn() && (warm == 0 || System.nanoTime() - begin < settings.time().toNanos())) {
            Thread.sleep(20); // the soak itself takes its time
            if (warm == 0 && System.nanoTime() - begin > settings.warmUp().toNanos()) {
                warm = quietHeap();
            }
            if (System.nanoTime() - printed > PRINT_EVERY.toNanos()) {
                printed = System.nanoTime();
                print("now", killer, activeBefore, killsBefore);
                activeBefore = killer.activeNanos();
                killsBefore = killer.kills();
            }
        }
        return warm;
    }

    /** The live bytes while all borrowers rest, as they do at the end. */
    private long quietHeap() throws InterruptedException {
        gate.close();
        List<String> unbalanced = unbalanced();
        if (!unbalanced.isEmpty()) {
            ledger.failed("no rest at the warm point: " + unbalanced);
        }
        long bytes = heap();
        Remains.keepMemory(settings.fault());
        if (gate.goesOn()) {
            gate.open();
        }
        return bytes;
    }

    /**
     * The pools that do not come to have all their workers idle, though all borrowers have left; empty if all is
     * well.
     */
    private List<String> unbalanced() throws InterruptedException {
        List<String> unbalanced = new ArrayList<>();
        if (!gate.awaitQuiet(settings.patience())) {
            unbalanced.add("some are still at work");
        }
        for (PoolClient<Worker> pool : pools) {
            if (!Patience.await(settings.patience(), () -> isBalanced(pool.status()))) {
                unbalanced.add(pool.status().explain());
            }
        }
        return unbalanced;
    }

    private static boolean isBalanced(PoolStatus status) {
        return status.available() == SIZE && status.workers() == SIZE && status.queueDepth() == 0
                && status.orphaned() == 0;
    }

    // ---- the end

    private void stop(ProcessSystem system, Pools tree) throws InterruptedException {
        tree.close();
        Patience.await(settings.patience(), () -> system.processes().isEmpty());
        judge.nothingLeft(Finding.PROCESSES_LEFT,
                system.processes().stream().map(left -> left + " at " + List.of(system.stackTrace(left))).toList());
        system.close();
        if (!system.awaitThreads(settings.patience())) {
            judge.none(Finding.THREADS_LEFT, system.threadCount(), "threads of processes");
        }
        judge.nothingLeft(Finding.ORPHANS_LEFT, system.orphaned());
        judge.none(Finding.ORPHANS_LEFT, system.orphanCount(), "by the count");
        Patience.await(settings.threadPatience(), () -> poolThreads().isEmpty());
        judge.nothingLeft(Finding.THREADS_LEFT, poolThreads());
    }

    /** Platform threads that are named after a pool. */
    private static List<String> poolThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(PREFIX))
                .toList();
    }

    private void judge(Killer killer, long warm, long end) throws InterruptedException {
        Patience.await(settings.patience(), () -> ledger.endsTold.sum() >= ledger.accepted.sum());
        judge.nothingLeft(Finding.TASKS_LOST, ledger.open)
                .none(Finding.TASKS_LOST, ledger.doneWithoutRun.sum(), "done without having been run")
                .none(Finding.TASKS_RUN_TWICE, ledger.runTwice.sum(), "tasks were run again or had another outcome")
                .outcomesTold(ledger.endsTold.sum(), ledger.accepted.sum(), ledger.unsure.sum())
                .none(Finding.DOUBLE_HAND_OUTS, ledger.doubleHandOuts.sum(), "times a worker had a holder already")
                .same(Finding.WORKERS_NOT_CLOSED, workers.made.sum(), "made", workers.closed.sum(), "closed")
                .none(Finding.WORKERS_CLOSED_TWICE, workers.closedTwice.sum(), "times a worker was closed again")
                .nothingLeft(Finding.FAILURES, ledger.failures)
                .everyKindWasHit(settings.killsASecond() == 0 ? Map.of() : killer.kills())
                .heap(warm == 0 ? end : warm, end);
        System.out.printf(Locale.ROOT, "heap when warm %,d KiB, at the end %,d KiB%n", warm >> 10, end >> 10);
    }

    private boolean tell() {
        System.out.printf(Locale.ROOT,
                "borrowed %,d, refused %,d, unavailable %,d, crashed by a borrower %,d;"
                        + " tasks accepted %,d (unsure %,d): done %,d, failed %,d, "
                        + "failed with their worker %,d, cancelled %,d; workers made %,d, closed %,d%n",
                ledger.borrowed.sum(), ledger.refused.sum(), ledger.unavailable.sum(), ledger.crashed.sum(),
                ledger.accepted.sum(),
                ledger.unsure.sum(), ledger.done.sum(), ledger.failed.sum(), ledger.failedWithWorker.sum(),
                ledger.cancelled.sum(), workers.made.sum(), workers.closed.sum());
        List<String> findings = judge.lines();
        findings.forEach(System.out::println);
        System.out.println(findings.isEmpty() ? "all is well" : "FAILED, seed " + settings.seed());
        return findings.isEmpty();
    }

    private void print(String when, Killer killer, long activeBefore, Map<Victim, Long> killsBefore) {
        Map<Victim, Long> kills = killer.kills();
        kills.replaceAll((kind, count) -> count - killsBefore.getOrDefault(kind, 0L));
        long sum = kills.values().stream().mapToLong(Long::longValue).sum();
        double seconds = Math.max(1e-9, (killer.activeNanos() - activeBefore) / 1e9);
        String kinds = kills.entrySet().stream().map(kind -> kind.getKey() + " " + kind.getValue())
                .collect(Collectors.joining(", "));
        System.out.printf(Locale.ROOT,
                "%6.1f s, %s: kills %,d, %,.0f a second (%s); "
                        + "operations so far %,d, longest wait %.1f ms, heap in use %,d KiB%n",
                (System.nanoTime() - begin) / 1e9, when, sum, sum / seconds, kinds, ledger.operations(),
                ledger.longestWaitNanos.get() / 1e6, used() >> 10);
    }

    /** The reachable bytes. */
    private static long heap() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return used();
    }

    private static long used() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
