package io.github.ppool.benchmarks.keys;

import com.google.common.util.concurrent.ExecutionSequencer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** All ways. */
public enum KeyedWay {
    PPOOL(PpoolKeys::new),
    /** A thread for each key, which is never ended: simple, and not for a million keys. */
    MAP_OF_EXECUTORS(KeyedWay::mapOfExecutors),
    /** Ten single threads; keys that meet on one of them wait for each other. */
    STRIPED_EXECUTOR(KeyedWay::stripedExecutor),
    /** Guava's sequencer for each key, over ten threads. */
    GUAVA_SEQUENCER(KeyedWay::guavaSequencer),
    /** A queue for each key, over ten threads. */
    ORDERED_CONTEXT(KeyedWay::orderedContext);

    private static final ThreadFactory VIRTUAL = Thread.ofVirtual().inheritInheritableThreadLocals(false).factory();

    private interface Opening {
        KeyedOffice open() throws Exception;
    }

    private final Opening opening;

    KeyedWay(Opening opening) {
        this.opening = opening;
    }

    KeyedOffice open() throws Exception {
        return opening.open();
    }

    /** Whether it can have so many keys. */
    public boolean takes(int keys) {
        return this != MAP_OF_EXECUTORS || keys <= 10_000;
    }

    private record Office(Hand hand, Runnable closing) implements KeyedOffice {
        @Override
        public void handOver(Integer key, Runnable task) {
            hand.over(key, task);
        }

        @Override
        public void close() {
            closing.run();
        }
    }

    private interface Hand {
        void over(Integer key, Runnable task);
    }

    private static ThreadPoolExecutor ten() {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(KeyedOffice.LIMIT, KeyedOffice.LIMIT, 0,
                TimeUnit.SECONDS, new LinkedBlockingQueue<>(KeyedOffice.CAPACITY), VIRTUAL);
        executor.prestartAllCoreThreads();
        return executor;
    }

    private static KeyedOffice mapOfExecutors() {
        Map<Integer, ExecutorService> executors = new ConcurrentHashMap<>();
        return new Office(
                (key, task) -> executors.computeIfAbsent(key, k -> Executors.newSingleThreadExecutor(VIRTUAL))
                        .execute(task),
                () -> executors.values().forEach(ExecutorService::shutdown));
    }

    private static KeyedOffice stripedExecutor() {
        ExecutorService[] stripes = new ExecutorService[KeyedOffice.LIMIT];
        for (int i = 0; i < stripes.length; i++) {
            stripes[i] = Executors.newSingleThreadExecutor(VIRTUAL);
        }
        return new Office((key, task) -> stripes[Math.floorMod(key.hashCode(), stripes.length)].execute(task), () -> {
            for (ExecutorService stripe : stripes) {
                stripe.shutdown();
            }
        });
    }

    private static KeyedOffice guavaSequencer() {
        ThreadPoolExecutor shared = ten();
        Map<Integer, ExecutionSequencer> sequencers = new ConcurrentHashMap<>();
        return new Office((key, task) -> {
            var unused = sequencers.computeIfAbsent(key, k -> ExecutionSequencer.create()).submit(() -> {
                task.run();
                return null;
            }, shared);
        }, shared::shutdown);
    }

    private static KeyedOffice orderedContext() {
        ThreadPoolExecutor shared = ten();
        Map<Integer, Executor> contexts = new ConcurrentHashMap<>();
        Function<Integer, Executor> made = key -> new OrderedContext(shared);
        return new Office((key, task) -> contexts.computeIfAbsent(key, made).execute(task), shared::shutdown);
    }
}
