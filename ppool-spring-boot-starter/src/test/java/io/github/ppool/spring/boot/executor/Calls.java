package io.github.ppool.spring.boot.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.ConnectException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.scheduling.annotation.AsyncConfigurer;

/** The calls of asynchronous methods in tests, however the methods are annotated. */
final class Calls {

    private Calls() {}

    /** A method that blocks until it is interrupted, which it tells to the latch. */
    interface Blocked {
        CompletableFuture<String> call(CountDownLatch interrupted) throws InterruptedException;
    }

    /** Remembers the failures that no caller sees. */
    static class Uncaught implements AsyncConfigurer {
        final List<String> failures = new CopyOnWriteArrayList<>();

        @Override
        public AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
            return (Throwable failure, Method method, @Nullable Object... arguments) -> failures
                    .add(method.getName() + List.of(arguments) + ": " + failure.getMessage());
        }
    }

    /**
     * Begins an attempt and returns its number. An attempt without a title fails, so do the first three of the title
     * "flaky" and all of "broken".
     */
    static int attempt(AtomicInteger attempts, String title) throws IOException {
        int attempt = attempts.incrementAndGet();
        if (title.isEmpty()) {
            throw new IllegalArgumentException("no title");
        }
        if (attempt <= 3 && title.equals("flaky")) {
            throw new ConnectException("attempt " + attempt);
        }
        if (title.equals("broken")) {
            throw new IOException("attempt " + attempt);
        }
        return attempt;
    }

    static CompletableFuture<String> block(AtomicInteger attempts, CountDownLatch begun, CountDownLatch interrupted)
            throws InterruptedException {
        attempts.incrementAndGet();
        begun.countDown();
        try {
            new CountDownLatch(1).await();
        } finally {
            interrupted.countDown();
        }
        return CompletableFuture.completedFuture("never");
    }

    /** Cancels a call that blocks, and waits until its method was interrupted. */
    static void cancel(Blocked method, CountDownLatch begun) throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        CompletableFuture<String> future = method.call(interrupted);
        begun.await();
        assertThat(future.cancel(true)).isTrue();
        interrupted.await();
        assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
    }
}
