package io.github.ppool.pool.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.guard.VisibleText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Threads for foreign code that must not run on the thread where the need for it arises: a timer's thread, or one that
 * serves others. Each piece of work has a thread to itself, because it may block.
 */
final class PoolThreads {

    private static final long KEPT_SECONDS = 10;
    /** The maximum number of threads of one pool; more work of that pool has to wait. */
    private static final int MOST = 16;

    private PoolThreads() {}

    /**
     * Platform threads for all pools of a tree, none while there is no work. Otherwise ten thousand pools that
     * stop at once would start ten thousand threads. Platform threads need no carrier, so computing virtual threads
     * do not delay them.
     */
    static final class Supply {

        private static final String IDLE = "ppool beside";

        private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, KEPT_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(),
                Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name(IDLE).factory());

        /** Runs work at once, on an idle or a new thread. */
        private void execute(String name, Runnable work) {
            threads.execute(() -> {
                Thread thread = Thread.currentThread();
                thread.setName(name);
                try {
                    work.run();
                } finally {
                    GuardedLog.clearContext(); // the next work may be that of another pool
                    thread.setName(IDLE);
                    if (thread.getPriority() != Thread.NORM_PRIORITY) {
                        thread.setPriority(Thread.NORM_PRIORITY);
                    }
                }
            });
        }

        /** Lets each thread end as soon as it is idle, because there is no pool any more. */
        void keepNone() {
            threads.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
        }
    }

    /** The share of one pool in the threads of a {@link Supply}. */
    static final class Platform implements Executor {

        private final Supply supply;
        private final String name;
        private final @Nullable ClassLoader loader;

        @GuardedBy("this")
        private int unfinished;

        @GuardedBy("this")
        private int running;

        @GuardedBy("this")
        private final Deque<Runnable> waiting = new ArrayDeque<>();

        @GuardedBy("this")
        private final List<Runnable> whenIdle = new ArrayList<>();

        Platform(String pool, @Nullable ClassLoader loader, Supply supply) {
            this.supply = supply;
            this.name = VisibleText.of(pool) + " beside";
            this.loader = loader;
        }

        @Override
        public void execute(Runnable work) {
            synchronized (this) {
                unfinished++;
                if (running == MOST) {
                    waiting.add(work);
                    return;
                }
                running++;
            }
            boolean taken = false;
            try {
                supply.execute(name, () -> runAll(work));
                taken = true;
            } finally {
                if (!taken) { // no other thread is available, so the caller runs the waiting work itself
                    finished();
                    Runnable left = next();
                    if (left != null) {
                        runAll(left);
                    }
                }
            }
        }

        private void runAll(Runnable first) {
            for (Runnable next = first; next != null; next = next()) {
                ForeignCode.tell(name, with(loader, next)::run);
                finished();
            }
        }

        /** The next piece of work, or null if this thread is no longer needed. */
        private synchronized @Nullable Runnable next() {
            Runnable next = waiting.poll();
            if (next == null) {
                running--;
            }
            return next;
        }

        private void finished() {
            List<Runnable> told;
            synchronized (this) {
                if (--unfinished > 0 || whenIdle.isEmpty()) {
                    return;
                }
                told = List.copyOf(whenIdle);
                whenIdle.clear();
            }
            told.forEach(Runnable::run);
        }

        /** Runs a short action as soon as all work of this pool is done, at once if it is. */
        void whenIdle(Runnable told) {
            synchronized (this) {
                if (unfinished > 0) {
                    whenIdle.add(told);
                    return;
                }
            }
            told.run();
        }
    }

    /** A virtual thread for each piece of work. */
    static Executor virtual(String pool, @Nullable ClassLoader loader) {
        return work -> Thread.ofVirtual().inheritInheritableThreadLocals(false).name(VisibleText.of(pool) + " beside")
                .start(with(loader, work));
    }

    /** Runs work that may never return on a platform thread of its own. */
    static void onPlatformThread(String name, @Nullable ClassLoader loader, Runnable work) {
        Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name(VisibleText.of(name))
                .start(with(loader, work));
    }

    private static Runnable with(@Nullable ClassLoader loader, Runnable work) {
        return () -> {
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            if (loader != null) {
                thread.setContextClassLoader(loader);
            }
            try {
                work.run();
            } finally {
                thread.setContextClassLoader(before);
            }
        };
    }
}
