package io.github.ppool.pool;

import io.github.ppool.guard.VisibleText;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Threads for foreign code that must not run where the need for it was found: on a timer's thread, or on one that has others to serve. Each piece of work
 * has a thread to itself, because it may block.
 */
final class PoolThreads {

    private static final long KEPT_SECONDS = 10;
    /** So many at once; more have to wait. Those of other pools do not. */
    private static final int MOST = 16;

    private PoolThreads() {}

    /** Platform threads of one pool, none while there is nothing to do: they need no carrier, and virtual threads that compute don't hold them up. */
    static final class Platform implements Executor {

        private final ThreadPoolExecutor threads;
        private final @Nullable ClassLoader loader;
        // guarded by the monitor of this
        private int unfinished;
        private final List<Runnable> whenIdle = new ArrayList<>();

        Platform(String pool, @Nullable ClassLoader loader) {
            this.loader = loader;
            this.threads = new ThreadPoolExecutor(
                    MOST, MOST, KEPT_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                    Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false)
                            .name(VisibleText.of(pool) + " beside ", 1)
                            .factory());
            threads.allowCoreThreadTimeOut(true);
        }

        @Override
        public void execute(Runnable work) {
            synchronized (this) {
                unfinished++;
            }
            boolean taken = false;
            try {
                threads.execute(with(loader, () -> {
                    try {
                        work.run();
                    } finally {
                        finished();
                    }
                }));
                taken = true;
            } finally {
                if (!taken) {
                    finished();
                }
            }
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

        /** Runs something as soon as all that these threads were given is done, at once if it is. It must be short. */
        void whenIdle(Runnable told) {
            synchronized (this) {
                if (unfinished > 0) {
                    whenIdle.add(told);
                    return;
                }
            }
            told.run();
        }

        /** The pool has been stopped: from now on a thread ends as soon as it has nothing to do. */
        void keepNone() {
            threads.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
        }
    }

    /** A virtual thread for each piece of work. */
    static Executor virtual(String pool, @Nullable ClassLoader loader) {
        return work -> Thread.ofVirtual().inheritInheritableThreadLocals(false).name(VisibleText.of(pool) + " beside")
                .start(with(loader, work));
    }

    /** Does something that may never return on a platform thread of its own. */
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
