package io.github.ppool.cluster.engine;

import io.github.ppool.guard.GuardedLog;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.ClusterTree;
import io.github.ppool.spring.boot.PpoolPhases;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One loop of the cluster on this node. A platform thread of its own starts and stops the tree, so the stop of one loop
 * waits neither for another loop nor for the virtual threads of the application. All other threads only leave word.
 *
 * <p>The thread goes round:
 *
 * <ol>
 *   <li>It wants the permit, and starts the tree as soon as the desk has it.
 *   <li>It stops the tree when the lease is lost, an operator asks for a hand-over, the tree gives up or the
 *       application stops.
 *   <li>It waits until no thread of the tree runs any more, and then gives the permit back.
 *   <li>It stands back for the other nodes for a while, unless the lease was lost.
 * </ol>
 */
final class Singleton implements PermitUser {

    private static final GuardedLog logger = GuardedLog.of(Singleton.class);

    /** The interval of looks at threads that don't mind their interrupt, in real time. */
    private static final Duration LOOK = Duration.ofMillis(50);

    /** The number of looks after which the log names a thread that still runs. */
    private static final int PATIENT_LOOKS = 4;

    private enum Phase {
        /** The node wants the permit. */
        WANTING,
        /** The node does not want the permit until a timer is over. */
        STANDING_BACK,
        /** The tree starts or runs here. */
        HOLDING,
        /** The tree stops here, or its threads have not ended. */
        STOPPING,
        /** The application stops. */
        LEFT
    }

    private final ClusterTree tree;
    private final ProcessSystem system;
    private final Duration lease;
    private final Duration rest;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition word = lock.newCondition();
    private final CountDownLatch left = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable PermitAccount account;
    private volatile Phase phase = Phase.WANTING;
    private volatile @Nullable HeldPermit held;

    // The word that other threads have left, guarded by the lock.
    private boolean mayHave;
    private boolean mustHandOver;
    private boolean hasGivenUp;
    private boolean isBackAgain;
    private boolean isLeaving;
    private long leaveBy;
    /** True while the thread is in a call of the tree, which an interrupt ends. */
    private boolean isInTree;

    /**
     * A loop that this node does not want yet.
     *
     * @param lease the length of the lease
     * @param rest the time for which this node does not want a loop that has given up here
     */
    Singleton(ClusterTree tree, ProcessSystem system, Duration lease, Duration rest) {
        this.tree = tree;
        this.system = system;
        this.lease = lease;
        this.rest = rest;
        this.thread = Thread.ofPlatform()
                .name("ppool-singleton-" + tree.name())
                .daemon(true)
                .inheritInheritableThreadLocals(false)
                .unstarted(this::goRound);
    }

    /** Wants the permit from now on. */
    void open(PermitDesk desk) {
        PermitAccount opened = desk.open(Singletons.PREFIX + tree.name(), 1, this);
        account = opened;
        thread.start();
        opened.wantedChanged();
    }

    boolean holds() {
        HeldPermit now = held;
        return now != null && now.isHeld();
    }

    /** Wants the permit no more. Blocks until the tree is stopped and the permit is given back. */
    void leave(Duration atMost) throws InterruptedException {
        tell(() -> {
            leaveBy = System.nanoTime() + PpoolPhases.limited(atMost).toNanos();
            isLeaving = true;
        });
        if (!left.await(Math.max(0, PpoolPhases.limited(atMost).toNanos()), TimeUnit.NANOSECONDS)) {
            logger.warn("the loop '{}' was told to stop and still runs after {}", tree.name(), atMost);
        }
    }

    // ---- the permit, on the desk's thread and on the thread of the lease

    @Override
    public int wanted() {
        return phase == Phase.WANTING ? 1 : 0;
    }

    /** None: a loop stays on its node, until an operator moves it. */
    @Override
    public int idle() {
        return 0;
    }

    @Override
    public int giveBack(int count) {
        return 0;
    }

    @Override
    public void available() {
        tell(() -> mayHave = true);
    }

    @Override
    public void handOver() {
        tell(() -> mustHandOver = true);
    }

    /** The end of the lease comes first: it cuts off a start or a patient stop of the tree. */
    @Override
    public void lost() {
        tell(() -> {
            if (isInTree) {
                thread.interrupt();
            }
        });
    }

    private void tell(Runnable what) {
        lock.lock();
        try {
            what.run();
            word.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // ---- the thread

    private void goRound() {
        try {
            while (true) {
                HeldPermit permit = awaitPermit();
                if (permit == null) {
                    return;
                }
                hold(permit);
            }
        } catch (InterruptedException stray) {
            logger.error("the thread of the loop '{}' was interrupted from outside and ends", tree.name(), stray);
        } finally {
            phase = Phase.LEFT;
            PermitAccount open = account;
            if (open != null) {
                open.close();
            }
            left.countDown();
        }
    }

    /** Returns null when the application stops. */
    private @Nullable HeldPermit awaitPermit() throws InterruptedException {
        lock.lock();
        try {
            while (!isLeaving) {
                if (isBackAgain) {
                    isBackAgain = false;
                    want();
                }
                if (mayHave && phase == Phase.WANTING) {
                    mayHave = false;
                    HeldPermit permit = account().poll();
                    if (permit != null) {
                        phase = Phase.HOLDING;
                        mustHandOver = false;
                        hasGivenUp = false;
                        held = permit;
                        return permit;
                    }
                }
                if (!mayHave || phase != Phase.WANTING) {
                    word.await();
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private PermitAccount account() {
        PermitAccount open = account;
        if (open == null) {
            throw new IllegalStateException("no account is open for the loop '" + tree.name() + "'");
        }
        return open;
    }

    private void want() {
        tree.rest(false);
        phase = Phase.WANTING;
        account().wantedChanged();
    }

    /** Runs the tree as long as this node may, and gives the permit back. */
    private void hold(HeldPermit permit) throws InterruptedException {
        SingletonLease group = new SingletonLease(tree.name(), permit);
        logger.info("the loop '{}' runs on this node, with token {}", tree.name(), group.token());
        boolean failed = !start(group, permit) || awaitReason(permit);
        phase = Phase.STOPPING;
        boolean wasLost = !permit.isHeld();
        logger.info("the loop '{}' is stopped on this node{}", tree.name(),
                wasLost ? ": the lease is lost" : failed ? ": it has given up" : "");
        if (failed && !wasLost) {
            tree.rest(true);
        }
        stop(permit);
        awaitThreads(group, permit);
        held = null;
        if (!wasLost && hasEnded(group)) {
            permit.release();
        }
        if (wasLost) {
            want();
        } else {
            standBack(failed ? rest : lease.multipliedBy(2).dividedBy(5));
        }
    }

    private boolean start(SingletonLease group, HeldPermit permit) throws InterruptedException {
        if (!enterTree(permit)) {
            return true; // lost before it began
        }
        try {
            tree.start(group, reason -> tell(() -> hasGivenUp = true));
            return true;
        } catch (InterruptedException cutOff) {
            if (permit.isHeld()) {
                throw cutOff;
            }
            return true;
        } catch (IllegalStateException failed) {
            logger.error("the loop '{}' could not be started on this node; another node may run it", tree.name(),
                    failed);
            return false;
        } finally {
            leaveTree();
        }
    }

    /** Waits for a reason to stop the tree. Returns true if that is its failure. */
    private boolean awaitReason(HeldPermit permit) throws InterruptedException {
        lock.lock();
        try {
            while (permit.isHeld() && !mustHandOver && !hasGivenUp && !isLeaving) {
                word.await();
            }
            return hasGivenUp;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stops the tree. A node that has lost its lease has a fifth of the lease until another one may begin, and uses
     * half of that.
     */
    private void stop(HeldPermit permit) throws InterruptedException {
        if (enterTree(permit)) {
            try {
                tree.stop(patience());
                return;
            } catch (InterruptedException cutOff) {
                if (permit.isHeld()) {
                    throw cutOff;
                }
            } finally {
                leaveTree();
            }
        }
        tree.stop(lease.dividedBy(10));
    }

    private Duration patience() {
        lock.lock();
        try {
            return isLeaving ? Duration.ofNanos(leaveBy - System.nanoTime()) : Duration.ofDays(1);
        } finally {
            lock.unlock();
        }
    }

    /** False if the lease is lost. Otherwise its loss interrupts this thread until {@link #leaveTree}. */
    private boolean enterTree(HeldPermit permit) {
        lock.lock();
        try {
            isInTree = permit.isHeld();
            return isInTree;
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("CheckReturnValue") // a late interrupt has no effect
    private void leaveTree() {
        lock.lock();
        try {
            isInTree = false;
            Thread.interrupted();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until no thread of the tree runs. The thread of a killed process may go on and on: meanwhile the permit
     * stays with this node, and this node does not want another one.
     */
    private void awaitThreads(SingletonLease group, HeldPermit permit) throws InterruptedException {
        int looks = 0;
        while (!hasEnded(group)) {
            if (patience().isNegative()) {
                return;
            }
            if (++looks == PATIENT_LOOKS) {
                Pid one = system.members(group).stream().findFirst().orElse(null);
                logger.warn(
                        "the loop '{}' was interrupted and still runs{}: no node gets it from this one before its"
                                + " thread{} has ended",
                        tree.name(),
                        permit.isHeld() ? "" : ", without a lease",
                        one == null ? "" : " " + one);
            }
            Thread.sleep(LOOK);
        }
    }

    private boolean hasEnded(SingletonLease group) {
        return system.members(group).isEmpty();
    }

    private void standBack(Duration time) {
        phase = Phase.STANDING_BACK;
        system.clock().schedule(time, () -> tell(() -> isBackAgain = true));
    }
}
