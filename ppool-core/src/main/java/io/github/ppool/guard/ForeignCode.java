package io.github.ppool.guard;

import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The one place through which the library calls foreign code that is not the caller's own request: listeners,
 * decorators, predicates, plan functions, factories, the dependents of stages. After each call the thread has its
 * former state:
 *
 * <ul>
 *   <li>Its context class loader is the same.
 *   <li>An interrupt that was pending before is pending again, even if the foreign code swallowed it.
 *   <li>An interrupt that came meanwhile is dropped on the thread of a living process, because only the end of the
 *       process may interrupt that thread. On other threads an observer's interrupt is dropped too: observers must not
 *       block, so it is a mistake of theirs. After any other foreign code the interrupt stays there: it may be meant
 *       for the thread's owner.
 * </ul>
 *
 * <p>Foreign code that blocks is not interrupted here. Any thread may call these methods; they hold no lock.
 */
public final class ForeignCode {

    private static final GuardedLog LOG = GuardedLog.of(ForeignCode.class);

    private ForeignCode() {}

    /** A call that may throw any exception: other languages have no checked exceptions. */
    @FunctionalInterface
    public interface Call {

        /**
         * Calls the foreign code.
         *
         * @throws Throwable any exception
         */
        void run() throws Throwable;
    }

    /**
     * A call with an answer.
     *
     * @param <T> the type of the answer
     * @param <X> the declared exception of the call; it may throw any other
     */
    @FunctionalInterface
    public interface Question<T extends @Nullable Object, X extends Throwable> {

        /**
         * Calls the foreign code.
         *
         * @return the answer
         * @throws X any exception
         */
        T ask() throws X;
    }

    /**
     * Sets the function that finds the process of a thread. Called by the process package, once.
     *
     * @param which gets the calling thread
     * @return the former function
     */
    public static Function<Thread, Runs> processThreads(Function<Thread, Runs> which) {
        return ThreadState.processThreads(Objects.requireNonNull(which, "which must not be null"));
    }

    /**
     * Calls an observer: foreign code that must not block, such as a listener. An exception is logged and has
     * no other effect, errors of the virtual machine included.
     *
     * @param observer the library's description of the foreign code; its {@code toString} is called for the log
     * @param call calls the observer
     */
    public static void tell(Object observer, Call call) {
        call(observer, call, true);
    }

    /**
     * Runs any foreign code, such as the dependents of a stage. An exception is logged and has no other effect, errors
     * of the virtual machine included.
     *
     * @param dependent the library's description of the foreign code; its {@code toString} is called for the log
     * @param call runs the foreign code
     */
    public static void run(Object dependent, Call call) {
        call(dependent, call, false);
    }

    @SuppressWarnings("CatchingUnchecked") // an exception of it does not concern the following steps
    private static void call(Object foreign, Call call, boolean observes) {
        Thread thread = Thread.currentThread();
        boolean interrupted = thread.isInterrupted();
        ClassLoader loader = thread.getContextClassLoader();
        try {
            call.run();
        } catch (Throwable thrown) {
            LOG.error("{} failed", foreign, thrown);
        } finally {
            ThreadState.putRight(thread, interrupted, loader, observes);
        }
    }

    /**
     * Calls foreign code for an answer, and passes any exception on.
     *
     * @param question calls the foreign code
     * @return the answer
     * @param <T> the type of the answer
     * @param <X> the declared exception of the foreign code
     * @throws X the exception of the foreign code
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
     * Lets a foreign predicate judge a failure. An exception of the predicate counts as false, is logged, and is added
     * to the failure as suppressed. So the failure itself is never hidden by the code that judges it.
     *
     * @param judge the library's description of the foreign code
     * @param predicate the foreign code
     * @param failure the failure
     * @return the answer of the predicate
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
            ThreadState.putRight(thread, interrupted, loader, true);
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
     * Restores the calling thread after foreign code that was not called through this class, for example a task, which
     * may throw and block.
     *
     * @param thread the calling thread
     * @param interrupted true if an interrupt was pending before
     * @param loader the context class loader that the thread had before
     */
    public static void putRight(Thread thread, boolean interrupted, @Nullable ClassLoader loader) {
        ThreadState.putRight(thread, interrupted, loader, false);
    }
}
