package io.github.ppool.port;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A program and all processes that it has started. The descendants are those that the operating system tells while
 * their parents live. Beside them there are processes that have left the tree and still hold a pipe of the program,
 * which Linux tells. They are looked for at each end: such a process may write nothing, or may hold one of the pipes
 * that no thread reads at that time.
 *
 * <p>The signals go through {@link ProcessHandle}. It checks the time of the start, so a number that another process
 * has now gets no signal. The methods of {@link Process} would also close the pipes under a thread that reads or
 * writes.
 */
final class ProcessTree {

    /** The time for the pipes to end after the program, before a look for processes that hold them. */
    private static final long PIPES_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    /** The kernel ends a killed process within that time, unless a device holds it. */
    private static final long KILLED_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    /** A starting process has all pipes of this one for some moments. A holder is one that two looks have found. */
    private static final long BETWEEN_SCANS_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** How often children are looked for that were started while others were killed. */
    private static final int ROUNDS = 10;

    private final Process root;
    private final Set<String> pipes;
    private final long startTicks;
    /** True once no thread of this virtual machine waits for a pipe of the program. */
    private final BooleanSupplier pipesEnded;
    /** Not a monitor: a virtual thread that waits with one keeps its carrier. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by the lock. */
    private final Map<Long, ProcessHandle> known = new LinkedHashMap<>();

    ProcessTree(Process root, BooleanSupplier pipesEnded) {
        this.root = root;
        this.pipes = ProcFiles.pipes(root.pid());
        this.startTicks = ProcFiles.startTicks(root.pid());
        this.pipesEnded = pipesEnded;
    }

    /**
     * Closes the input of the program, waits, sends SIGTERM, waits, and sends SIGKILL. An interrupt makes it send
     * SIGKILL at once, and stays pending. One thread at a time.
     *
     * @param grace how long each of the two waits may take
     */
    void close(Duration grace) {
        lock.lock();
        try {
            if (!endByItself(grace)) {
                kill();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean endByItself(Duration grace) {
        try {
            lookForDescendants();
            closeInput();
            if (awaitEnd(grace)) {
                return true;
            }
            signal(ProcessHandle::destroy);
            return awaitEnd(grace);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void closeInput() {
        try {
            root.getOutputStream().close();
        } catch (IOException brokenPipe) {
            // the program has closed its side, or has ended: the input is at its end either way
        }
    }

    /** Kills all of them. Blocks for a second at most; not interruptible. */
    void kill() {
        lock.lock();
        try {
            killNow();
        } finally {
            lock.unlock();
        }
    }

    private void killNow() {
        boolean more = true;
        for (int i = 0; more && i < ROUNDS; i++) {
            more = lookForDescendants() || i == 0;
            // first of all the program, which would go on with its work if it saw a child end
            root.toHandle().destroyForcibly();
            known.values().forEach(ProcessHandle::destroyForcibly);
        }
        long deadline = System.nanoTime() + KILLED_NANOS;
        boolean interrupted = Thread.interrupted();
        try {
            while (isAnyAlive() && System.nanoTime() - deadline < 0) {
                interrupted |= pause(LOOK_NANOS);
            }
            long pipesDeadline = System.nanoTime() + PIPES_NANOS;
            while (!pipesEnded.getAsBoolean() && System.nanoTime() - pipesDeadline < 0) {
                interrupted |= pause(LOOK_NANOS);
            }
            interrupted |= lookForHolders();
            known.values().forEach(ProcessHandle::destroyForcibly);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** True if new ones were found. */
    private boolean lookForDescendants() {
        int before = known.size();
        add(root.toHandle());
        for (ProcessHandle child : known.values().toArray(ProcessHandle[]::new)) {
            add(child);
        }
        return known.size() > before;
    }

    private void add(ProcessHandle parent) {
        if (parent.isAlive()) {
            parent.descendants().forEach(each -> known.putIfAbsent(each.pid(), each));
        }
    }

    /** True if the thread was interrupted meanwhile; the interrupt is then cleared. */
    private boolean lookForHolders() {
        Set<Long> found = ProcFiles.holders(pipes, startTicks);
        if (found.isEmpty()) {
            return false;
        }
        boolean interrupted = pause(BETWEEN_SCANS_NANOS);
        found.retainAll(ProcFiles.holders(pipes, startTicks));
        found.forEach(pid -> ProcessHandle.of(pid).ifPresent(each -> known.putIfAbsent(pid, each)));
        return interrupted;
    }

    private void signal(Consumer<ProcessHandle> sender) {
        lookForDescendants();
        sender.accept(root.toHandle());
        known.values().forEach(sender);
    }

    private boolean isAnyAlive() {
        return root.isAlive() || known.values().stream().anyMatch(ProcessHandle::isAlive);
    }

    /** True if the program, its descendants and the holders of its pipes have ended in time. */
    private boolean awaitEnd(Duration grace) throws InterruptedException {
        long graceNanos = grace.toNanos();
        long deadline = System.nanoTime() + graceNanos;
        if (!root.waitFor(graceNanos, TimeUnit.NANOSECONDS)) {
            return false;
        }
        long pipesDeadline = System.nanoTime() + Math.min(PIPES_NANOS, graceNanos);
        boolean scanned = false;
        while (true) {
            long now = System.nanoTime();
            if (!scanned && (hasEnded() || (now - pipesDeadline >= 0 && !pipesEnded.getAsBoolean()))) {
                scanned = true;
                if (lookForHolders()) {
                    throw new InterruptedException();
                }
                if (known.isEmpty() && !Platform.IS_LINUX) {
                    return true; // no platform but Linux tells of a holder, so there is no process to be ended
                }
                // else a thread of this virtual machine reads the rest, or the holder is another user's process
            }
            if (scanned && hasEnded()) {
                return true;
            }
            if (now - deadline >= 0) {
                return scanned && !isAnyAlive();
            }
            if (pause(LOOK_NANOS)) {
                throw new InterruptedException();
            }
        }
    }

    private boolean hasEnded() {
        return !isAnyAlive() && pipesEnded.getAsBoolean();
    }

    /** True if the thread was interrupted; the interrupt is then cleared. */
    private static boolean pause(long nanos) {
        LockSupport.parkNanos(nanos);
        return Thread.interrupted();
    }
}
