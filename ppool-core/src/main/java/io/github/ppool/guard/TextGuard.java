package io.github.ppool.guard;

import java.lang.reflect.Method;
import java.security.CodeSource;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls methods of foreign objects that return text, guarded. A class of the library or the JDK is trusted and called
 * directly. The first object of any other class is called on a thread of its own, with a limit of time. Any thread.
 */
final class TextGuard {

    /** The greatest length of a text, in characters. */
    static final int LONGEST = 2_000;
    /** The time that the first object of a class has for its answer. */
    static final long PATIENCE_MILLIS = 500;
    /**
     * The number of threads that may be blocked in foreign objects which never answer. Beyond that, no object is called
     * on a thread of its own any more.
     */
    private static final int MOST_BLOCKED = 32;

    private static final String NO_TEXT = " (whose text cannot be had: ";
    private static final String TOO_LATE = " (which did not answer in time)";

    private static final Semaphore BLOCKED = new Semaphore(MOST_BLOCKED);
    private static final @Nullable CodeSource OWN_SOURCE = sourceOf(TextGuard.class);
    private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();

    /** The known behaviour of a class's methods that return text. */
    private enum Manners {
        /** The methods are the library's or the JDK's own. */
        TRUSTED,
        /** The methods are foreign and have answered in time. */
        PROMPT,
        /** The methods are foreign and have not been called. */
        UNKNOWN,
        /** The methods are foreign and have once not answered in time. */
        BLOCKING
    }

    private static final ClassValue<AtomicReference<Manners>> MANNERS = new ClassValue<>() {
        @Override
        protected AtomicReference<Manners> computeValue(Class<?> type) {
            return new AtomicReference<>(isTrusted(type) ? Manners.TRUSTED : Manners.UNKNOWN);
        }
    };

    /**
     * The known behaviour of {@code getCause} alone. A class that returns its causes in time may still never return its
     * text.
     */
    private static final ClassValue<AtomicReference<Manners>> MANNERS_OF_CAUSES = new ClassValue<>() {
        @Override
        protected AtomicReference<Manners> computeValue(Class<?> type) {
            return new AtomicReference<>(Manners.UNKNOWN);
        }
    };

    private TextGuard() {}

    /** At most {@link #LONGEST} characters of a text. */
    static String cut(String text) {
        return text.length() <= LONGEST
                ? text
                : text.substring(0, LONGEST - 40) + "… (" + text.length() + " characters)";
    }

    static String nameOf(Class<?> type) {
        return cut(type.getName());
    }

    /**
     * Calls a foreign object, guarded.
     *
     * @param type its class
     * @param question calls the object
     * @param otherwise makes the answer for an object that has thrown or may not be called, from the reason in brackets
     */
    static <T> T asked(Class<?> type, Supplier<T> question, Function<String, T> otherwise) {
        return asked(MANNERS.get(type), question, otherwise);
    }

    /** As {@link #asked(Class, Supplier, Function)}, for a question that calls {@code getCause} only. */
    static <T> T askedForItsCause(Class<?> type, Supplier<T> question, Function<String, T> otherwise) {
        AtomicReference<Manners> manners = MANNERS.get(type);
        return asked(manners.get() == Manners.UNKNOWN ? MANNERS_OF_CAUSES.get(type) : manners, question, otherwise);
    }

    @SuppressWarnings("CatchingUnchecked") // foreign methods may throw any exception
    private static <T> T asked(
            AtomicReference<Manners> manners, Supplier<T> question, Function<String, T> otherwise) {
        try {
            return switch (manners.get()) {
                case TRUSTED -> question.get();
                case PROMPT -> ThreadState.observe(question);
                case UNKNOWN -> onThreadOfItsOwn(manners, question, otherwise);
                case BLOCKING -> otherwise.apply(TOO_LATE);
            };
        } catch (Throwable thrown) {
            return otherwise.apply(NO_TEXT + nameOf(thrown.getClass()) + ")");
        }
    }

    /** True if the calling thread may call objects of this class directly. */
    static boolean isTrustedClass(Class<?> type) {
        return MANNERS.get(type).get() == Manners.TRUSTED;
    }

    private static <T> T onThreadOfItsOwn(
            AtomicReference<Manners> manners, Supplier<T> question, Function<String, T> otherwise) {
        if (!BLOCKED.tryAcquire()) {
            return otherwise.apply(" (which was not asked: too many others do not answer)");
        }
        Helper<T> helper = new Helper<>(question, otherwise);
        Thread thread = Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false)
                .name("ppool-text").unstarted(helper);
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        boolean started = false;
        try {
            thread.start();
            started = true;
        } finally {
            if (!started) {
                BLOCKED.release();
            }
        }
        T answer = helper.await();
        manners.compareAndSet(Manners.UNKNOWN, answer == null ? Manners.BLOCKING : Manners.PROMPT);
        if (answer == null) {
            thread.interrupt();
            return otherwise.apply(TOO_LATE);
        }
        return answer;
    }

    /** Calls the object on a thread of its own; another thread waits for a while. */
    private static final class Helper<T> implements Runnable {
        private final Supplier<T> question;
        private final Function<String, T> otherwise;
        private final Thread waiter = Thread.currentThread();
        private volatile @Nullable T answer;

        private Helper(Supplier<T> question, Function<String, T> otherwise) {
            this.question = question;
            this.otherwise = otherwise;
        }

        @Override
        @SuppressWarnings("CatchingUnchecked") // foreign methods may throw any exception
        public void run() {
            try {
                answer = question.get();
            } catch (Throwable thrown) {
                answer = otherwise.apply(NO_TEXT + nameOf(thrown.getClass()) + ")");
            } finally {
                BLOCKED.release();
                LockSupport.unpark(waiter);
            }
        }

        /** Null if there is no answer in time. An interrupt is kept for the wait that it is meant for. */
        private @Nullable T await() {
            long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
            boolean interrupted = false;
            for (long left = PATIENCE_MILLIS * 1_000_000; answer == null
                    && left > 0; left = deadline - System.nanoTime()) {
                LockSupport.parkNanos(this, left);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                waiter.interrupt();
            }
            return answer;
        }
    }

    // ---- trust

    @SuppressWarnings("CatchingUnchecked") // a class that can't be inspected is not trusted
    private static boolean isTrusted(Class<?> type) {
        try {
            return Throwable.class.isAssignableFrom(type)
                    ? declaredByKnown(type, "toString", "getMessage", "getLocalizedMessage", "getCause",
                            "getStackTrace")
                    : isPlain(type) || (isOwn(type) && declaredByKnown(type, "toString"));
        } catch (Throwable thrown) {
            return false;
        }
    }

    /** True for values of the JDK that hold no foreign object. */
    private static boolean isPlain(Class<?> type) {
        boolean plain = Number.class.isAssignableFrom(type)
                || type == String.class
                || type == Boolean.class
                || type == Character.class
                || type == Class.class
                || type == UUID.class
                || Thread.class.isAssignableFrom(type)
                || TemporalAmount.class.isAssignableFrom(type)
                || TemporalAccessor.class.isAssignableFrom(type);
        return (plain && isOfJdk(type)) || (type.isEnum() && toStringOf(type) == Enum.class);
    }

    private static @Nullable Class<?> toStringOf(Class<?> type) {
        try {
            return type.getMethod("toString").getDeclaringClass();
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e); // every class has one
        }
    }

    private static boolean declaredByKnown(Class<?> type, String... names) throws NoSuchMethodException {
        for (String name : names) {
            Method method = type.getMethod(name);
            if (!isOfJdk(method.getDeclaringClass()) && !isOwn(method.getDeclaringClass())) {
                return false;
            }
        }
        return true;
    }

    @SuppressWarnings("ReferenceEquality") // a loader's equals is foreign code
    private static boolean isOfJdk(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader == null || loader == PLATFORM;
    }

    /** True if the class is part of this library. */
    @SuppressWarnings("ReferenceEquality") // as above
    private static boolean isOwn(Class<?> type) {
        return type.getName().startsWith("io.github.ppool.")
                && type.getClassLoader() == TextGuard.class.getClassLoader()
                && Objects.equals(sourceOf(type), OWN_SOURCE);
    }

    private static @Nullable CodeSource sourceOf(Class<?> type) {
        return type.getProtectionDomain().getCodeSource();
    }
}
