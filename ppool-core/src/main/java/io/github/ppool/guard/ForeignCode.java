package io.github.ppool.guard;

import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The one place through which the library calls code that it did not write and that is not the caller's own request:
 * listeners, decorators, predicates, plan functions, factories, the dependents of stages. After each call the thread is
 * as it was before:
 *
 * <ul>
 *   <li>its context class loader is the same;
 *   <li>an interrupt that was pending before is pending again, even if the foreign code swallowed it;
 *   <li>an interrupt that came meanwhile is dropped on the thread of a living process, because only the end of the
 *       process may interrupt that thread. On other threads an observer's interrupt is dropped too: observers must not
 *       block, so the interrupt is a mistake of theirs. After any other foreign code the interrupt stays there: it may
 *       be meant for the thread's owner.
 * </ul>
 *
 * <p>Foreign code that blocks is not cut short here. All methods may be called from any thread and hold no lock.
 */
public final class ForeignCode {

    private static final GuardedLog LOG = GuardedLog.of(ForeignCode.class);

    private static volatile Function<Thread, Runs> runs = thread -> Runs.NO_PROCESS;

    private ForeignCode() {}

    /** Which process a thread runs; so it is known what an interrupt of that thread may mean. */
    public enum Runs {
        /** The thread belongs to the application, to the JDK or to the library's own bookkeeping. */
        NO_PROCESS,
        /** Nothing interrupts the thread but the end of its process, which has not come. */
        LIVING_PROCESS,
        /** The process was ended, and the interrupt tells its thread so. */
        ENDED_PROCESS
    }

    /** A call that may throw anything: other languages know no checked exceptions. */
    @FunctionalInterface
    public interface Call {

        /**
         * Calls the foreign code.
         *
         * @throws Throwable anything
         */
        void run() throws Throwable;
    }

    /**
     * A call with an answer.
     *
     * @param <T> the answer
     * @param <X> what the call is declared to throw; it may throw anything
     */
    @FunctionalInterface
    public interface Question<T extends @Nullable Object, X extends Throwable> {

        /**
         * Calls the foreign code.
         *
         * @return the answer
         * @throws X anything
         */
        T ask() throws X;
    }

    /**
     * Says how a thread is recognised that runs a process. For the process package, once.
     *
     * @param which is given the calling thread
     * @return how it was recognised before
     */
    public static Function<Thread, Runs> processThreads(Function<Thread, Runs> which) {
        Function<Thread, Runs> before = runs;
        runs = Objects.requireNonNull(which, "which must not be null");
        return before;
    }

    /**
     * Tells an observer something: foreign code that must not block, such as a listener. Whatever it throws is logged
     * and changes nothing, errors of the virtual machine included.
     *
     * @param observer the library's description of the foreign code, whose {@code toString} is asked if there is
     *         something to log
     * @param call tells it
     */
    public static void tell(Object observer, Call call) {
        call(observer, call, true);
    }

    /**
     * Has foreign code run that may do anything, such as what depends on a stage. Whatever it throws is logged and
     * changes nothing, errors of the virtual machine included.
     *
     * @param dependent the library's description of the foreign code, whose {@code toString} is asked if there is
     *         something to log
     * @param call runs it
     */
    public static void run(Object dependent, Call call) {
        call(dependent, call, false);
    }

    @SuppressWarnings("CatchingUnchecked") // nothing that it throws is the concern of what goes on afterwards
    private static void call(Object foreign, Call call, boolean observes) {
        Thread thread = Thread.currentThread();
        boolean interrupted = thread.isInterrupted();
        ClassLoader loader = thread.getContextClassLoader();
        try {
            call.run();
        } catch (Throwable thrown) {
            LOG.error("{} failed", foreign, thrown);
        } finally {
            putRight(thread, interrupted, loader, observes);
        }
    }

    /**
     * Asks foreign code something, and lets through whatever it throws.
     *
     * @param question asks it
     * @return the answer
     * @param <T> the type of the answer
     * @param <X> what the foreign code is declared to throw
     * @throws X what it throws
     */
    public static <T extends @Nullable Object, X extends Throwable> T ask(Question<T, X> question) throws X {
        Thread thread = Thread.currentThread();
        boolean interrupted = thread.isInterrupted();
        ClassLoader loader = thread.getContextClassLoader();
        try {
            return question.ask();
        } finally {
            putRight(thread, interrupted, loader);
        }
    }

    /**
     * Has foreign code judge a failure. If it throws instead, that counts as false, is logged, and is added to the
     * failure as suppressed, so that the failure itself is never hidden by the code that was to judge it.
     *
     * @param judge the library's description of the foreign code
     * @param predicate the foreign code
     * @param failure what is judged
     * @return its answer
     */
    @SuppressWarnings("CatchingUnchecked") // as above
    public static boolean judges(Object judge, Predicate<? super Throwable> predicate, Throwable failure) {
        Thread thread = Thread.currentThread();
        boolean interrupted = thread.isInterrupted();
        ClassLoader loader = thread.getContextClassLoader();
        try {
            return predicate.test(failure);
        } catch (Throwable thrown) {
            LOG.error("{} failed on {}, which counts as false", judge, FailureText.of(failure), thrown);
            suppress(failure, thrown);
            return false;
        } finally {
            putRight(thread, interrupted, loader, true);
        }
    }

    @SuppressWarnings("CatchingUnchecked") // a failure that can't be added is logged already
    private static void suppress(Throwable failure, Throwable thrown) {
        try {
            failure.addSuppressed(thrown);
        } catch (Throwable full) {
            LOG.debug("{} takes no suppressed exception", FailureText.of(failure), full);
        }
    }

    /**
     * Puts the calling thread right after foreign code that was not called through here: a task, say, which may throw
     * and block.
     *
     * @param thread the calling thread
     * @param interrupted whether an interrupt was pending before
     * @param loader the context class loader that the thread had before
     */
    public static void putRight(Thread thread, boolean interrupted, @Nullable ClassLoader loader) {
        putRight(thread, interrupted, loader, false);
    }

    @SuppressWarnings("ReferenceEquality") // a loader may say what it likes of another one
    private static void putRight(
            Thread thread, boolean interrupted, @Nullable ClassLoader loader, boolean observed) {
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
                        thread.interrupt(); // the one that was dropped may have told of the end, which came meanwhile
                    }
                }
            }
        }
    }
}
