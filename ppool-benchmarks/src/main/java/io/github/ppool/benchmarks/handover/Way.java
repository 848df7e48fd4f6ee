package io.github.ppool.benchmarks.handover;

import io.github.resilience4j.bulkhead.ThreadPoolBulkhead;
import io.github.resilience4j.bulkhead.ThreadPoolBulkheadConfig;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Routers;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/** All receivers of work. */
public enum Way {
    PPOOL_ASYNC_QUEUE(() -> new PpoolOffice(PpoolOffice::asyncQueue)),
    PPOOL_SYNC_QUEUE(() -> new PpoolOffice(PpoolOffice::syncQueue)),
    /** Only where workers are free, or no task is accepted. */
    PPOOL_RUN(() -> new PpoolOffice(PpoolOffice::run)),
    THREAD_POOL_EXECUTOR(() -> threadPoolExecutor(Executors.defaultThreadFactory())),
    /** The same with virtual threads for its workers, as ppool's are. */
    THREAD_POOL_EXECUTOR_VIRTUAL(() -> threadPoolExecutor(Thread.ofVirtual().factory())),
    SEMAPHORE_BY_SUBMITTER(() -> new SemaphoreOffice(true)),
    SEMAPHORE_IN_TASK(() -> new SemaphoreOffice(false)),
    SPRING_SIMPLE_ASYNC(Way::springSimpleAsync),
    RESILIENCE4J(Way::resilience4j),
    PEKKO_ROUTER(Way::pekkoRouter);

    private interface Opening {
        Office open() throws Exception;
    }

    private final Opening opening;

    Way(Opening opening) {
        this.opening = opening;
    }

    Office open() throws Exception {
        return opening.open();
    }

    /** True if a submitter waits until there is room. */
    public boolean makesSubmittersWait() {
        return this == PPOOL_SYNC_QUEUE || this == SEMAPHORE_BY_SUBMITTER || this == SPRING_SIMPLE_ASYNC;
    }

    private static Office threadPoolExecutor(ThreadFactory threads) {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                Office.LIMIT, Office.LIMIT, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(Office.CAPACITY), threads);
        executor.prestartAllCoreThreads();
        return new ExecutorOffice(executor, executor::shutdown);
    }

    private static Office springSimpleAsync() {
        SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor();
        executor.setVirtualThreads(true);
        executor.setConcurrencyLimit(Office.LIMIT);
        return new ExecutorOffice(executor, executor::close);
    }

    private static Office resilience4j() {
        ThreadPoolBulkhead bulkhead = ThreadPoolBulkhead.of("office", ThreadPoolBulkheadConfig.custom()
                .coreThreadPoolSize(Office.LIMIT)
                .maxThreadPoolSize(Office.LIMIT)
                .queueCapacity(Office.CAPACITY)
                .build());
        return new ExecutorOffice(bulkhead::executeRunnable, () -> {
            try {
                bulkhead.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static Office pekkoRouter() {
        ActorSystem<Runnable> system = ActorSystem.create(
                Routers.pool(Office.LIMIT, Behaviors.<Runnable>receiveMessage(task -> {
                    task.run();
                    return Behaviors.same();
                })),
                "office");
        return new ExecutorOffice(system::tell, system::terminate);
    }
}
