package io.github.ppool.guard;

import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The state of a thread that foreign code may change, and its repair. Any thread; holds no lock. */
final class ThreadState {

    private static volatile Function<Thread, Runs> runs = thread -> Runs.NO_PROCESS;

    private ThreadState() {}

    /** Sets the function that finds the process of a thread, and returns the former one. */
    static Function<Thread, Runs> processThreads(Function<Thread, Runs> which) {
        Function<Thread, Runs> before = runs;
        runs = which;
        return before;
    }

    /**
     * Asks an observer, such as an object for its text, and passes any exception on. An interrupt that the observer
     * leaves is dropped, unless the end of the calling process may have sent it.
     */
    static <T extends @Nullable Object> T observe(Supplier<T> question) {
        Thread thread = Thread.currentThread();
        boolean interrupted = thread.isInterrupted();
        ClassLoader loader = thread.getContextClassLoader();
        try {
            return question.get();
        } finally {
            putRight(thread, interrupted, loader, true);
        }
    }

    /**
     * Restores the calling thread after foreign code.
     *
     * @param thread the calling thread
     * @param interrupted true if an interrupt was pending before
     * @param loader the context class loader that the thread had before
     * @param observed true if the foreign code was an observer, which must not block
     */
    @SuppressWarnings("ReferenceEquality") // a loader's equals is foreign code
    static void putRight(Thread thread, boolean interrupted, @Nullable ClassLoader loader, boolean observed) {
        if (thread.getContextClassLoader() != loader) {
            thread.setContextClassLoader(loader);
        }
        if (thread.isInterrupted() != interrupted) {
            if (interrupted) {
                thread.interrupt();
            } else {
                Runs process = runs.apply(thread);
                if (process == Runs.LIVING_PROCESS || (observed && process == Runs.NO_PROCESS)) {
                    Thread.interrupted();
                    if (process == Runs.LIVING_PROCESS && runs.apply(thread) == Runs.ENDED_PROCESS) {
                        thread.interrupt(); // the dropped interrupt may have told of the end, which came meanwhile
                    }
                }
            }
        }
    }
}
