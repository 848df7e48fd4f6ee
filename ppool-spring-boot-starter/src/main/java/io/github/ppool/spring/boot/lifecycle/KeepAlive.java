package io.github.ppool.spring.boot.lifecycle;

import io.github.ppool.genserver.ServerExitedException;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.Pid;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.supervisor.ChildInfo;
import io.github.ppool.supervisor.ChildPage;
import io.github.ppool.supervisor.ChildType;
import io.github.ppool.supervisor.Supervisor;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ApplicationContextEvent;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.ContextStartedEvent;

/**
 * Keeps the virtual machine alive while supervision trees of the application run or stand by, or pools have accepted
 * tasks to finish. All threads of ppool are daemons, so the virtual machine would otherwise end with the last other
 * thread.
 *
 * <p>One thread that is no daemon does this. It joins the other non-daemon threads one after the other, which has
 * no cost while they run. When none is left, it checks for unfinished work, and ends if it finds none. It therefore
 * never keeps an idle application alive. Work that the last thread handed over before its end is not missed.
 */
public final class KeepAlive implements SmartLifecycle, ApplicationListener<ApplicationContextEvent> {

    /** The name of the thread. */
    static final String THREAD = "ppool-keep-alive";

    private static final GuardedLog logger = GuardedLog.of(KeepAlive.class);

    /** The interval of checks for unfinished work while no other thread keeps the virtual machine alive. */
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final int PAGE = 1000;
    /** The beans of all contexts. Each thread stays while one of them has work. */
    private static final Set<KeepAlive> KEEPING = ConcurrentHashMap.newKeySet();

    private final Pools pools;
    /**
     * Not a dependency of this bean: Spring would then stop this bean before the trees, and the virtual machine would
     * not wait for them.
     */
    private final ObjectProvider<SupervisionTrees> treesBean;
    private final ApplicationContext context;
    private volatile boolean running;
    private volatile @Nullable SupervisionTrees trees;
    private @Nullable Thread thread; // guarded by this

    /**
     * The keep-alive thread of a context; it is not started yet.
     *
     * @param pools the pools to look at
     * @param trees the supervision trees to look at, if there are any
     * @param context the context of this bean
     */
    public KeepAlive(Pools pools, ObjectProvider<SupervisionTrees> trees, ApplicationContext context) {
        this.pools = pools;
        this.treesBean = trees;
        this.context = context;
    }

    /** Starts the thread when the whole application is started. At an earlier time there might seem to be no work. */
    @Override
    public void onApplicationEvent(ApplicationContextEvent event) {
        boolean started = event instanceof ContextRefreshedEvent || event instanceof ContextStartedEvent;
        if (started && running && event.getApplicationContext().equals(context)) {
            begin();
        }
    }

    private synchronized void begin() {
        trees = treesBean.getIfUnique(); // not later: a context that is being closed makes no bean
        if (thread != null && thread.isAlive()) {
            return;
        }
        thread = Thread.ofPlatform()
                .name(THREAD)
                .daemon(false)
                .inheritInheritableThreadLocals(false)
                .start(this::keep);
    }

    private void keep() {
        KEEPING.add(this);
        try {
            while (true) {
                Thread other = otherThread();
                if (other != null) {
                    other.join();
                } else if (isAnyBusy()) {
                    Thread.sleep(LOOK);
                } else {
                    return;
                }
            }
        } catch (InterruptedException stopped) {
            logger.debug("nothing is kept alive any more: the context is closed");
        } finally {
            KEEPING.remove(this);
        }
    }

    /** Another thread that keeps the virtual machine alive; null if there is none. */
    private static @Nullable Thread otherThread() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        Thread[] threads;
        int count;
        do {
            threads = new Thread[root.activeCount() * 2 + 16];
            count = root.enumerate(threads, true);
        } while (count == threads.length); // more threads may exist
        for (int i = 0; i < count; i++) {
            if (keepsAlive(threads[i])) {
                return threads[i];
            }
        }
        return null;
    }

    private static boolean keepsAlive(Thread thread) {
        return !thread.isDaemon() && thread.isAlive()
                && !thread.getName().equals(THREAD)
                // the main thread has this name after main has returned; it waits for all others
                && !thread.getName().equals("DestroyJavaVM");
    }

    private static boolean isAnyBusy() throws InterruptedException {
        for (KeepAlive one : KEEPING) {
            if (one.isBusy()) {
                return true;
            }
        }
        return false;
    }

    private boolean isBusy() throws InterruptedException {
        try {
            return pools.names().stream().anyMatch(pools::hasUnfinishedWork) || runsAnyTree();
        } catch (RuntimeException failed) { // the application may define these beans
            logger.warn("whether there is something to keep the virtual machine alive for can't be told", failed);
            return false;
        }
    }

    private boolean runsAnyTree() throws InterruptedException {
        SupervisionTrees all = trees;
        if (all == null) {
            return false;
        }
        for (String name : all.names()) {
            if (all.standby(name).isPresent()) {
                return true; // this node takes the tree over when another one fails
            }
            Optional<Supervisor> supervisor = all.supervisor(name);
            // The supervisor ppool restarts a tree that is down, while it runs itself.
            if (supervisor.isEmpty() ? pools.supervisor().isAlive() : runsAnyChild(supervisor.get())) {
                return true;
            }
        }
        return false;
    }

    /** Whether a child below runs or waits for its restart. Supervisors without such a child don't count. */
    private boolean runsAnyChild(Supervisor supervisor) throws InterruptedException {
        OptionalLong after = OptionalLong.of(0);
        while (after.isPresent()) {
            ChildPage page;
            try {
                page = supervisor.whichChildren(after.getAsLong(), PAGE);
            } catch (ServerExitedException ended) {
                return true; // the next check finds it restarted, or finds that the supervisors above have ended too
            }
            for (ChildInfo child : page.children()) {
                if (runs(child)) {
                    return true;
                }
            }
            after = page.next();
        }
        return false;
    }

    private boolean runs(ChildInfo child) throws InterruptedException {
        Pid pid = child.pid();
        return switch (child.state()) {
            case RUNNING -> child.type() != ChildType.SUPERVISOR || pid == null
                    || runsAnyChild(Supervisor.of(pools.system(), pid));
            case RESTARTING -> true;
            case UNDEFINED -> false;
        };
    }

    // ---- the lifecycle: this bean stops last, so that no stop of another bean is cut off

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        Thread keeping;
        synchronized (this) {
            keeping = thread;
            thread = null;
        }
        if (keeping != null) {
            keeping.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }

    /** False, as for the pools. */
    @Override
    public boolean isPauseable() {
        return false;
    }
}
