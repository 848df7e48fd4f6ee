package io.github.ppool.spring.boot.observe;

import io.github.ppool.pool.Pools;
import io.github.ppool.spring.boot.HistoryMode;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * The history of an application that was started a moment ago and is to have one. Its clock is that of the system, put
 * forward by the seconds that have been rehearsed. It takes the place of the history that the starter makes.
 */
public final class RehearsedHistory implements BeanPostProcessor, AutoCloseable {

    private final AtomicLong aheadNanos = new AtomicLong();
    private final ObjectProvider<Pools> pools;
    private final ObjectProvider<WaitMeter> waits;
    private final ObjectProvider<Journal> journal;
    private History history;

    public RehearsedHistory(
            ObjectProvider<Pools> pools, ObjectProvider<WaitMeter> waits, ObjectProvider<Journal> journal) {
        this.pools = pools;
        this.waits = waits;
        this.journal = journal;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (!(bean instanceof History)) {
            return bean;
        }
        history = new History(
                pools::getObject, new Clock(), waits.getObject(), journal.getObject(), HistoryMode.ALWAYS);
        return history;
    }

    /**
     * Lets some seconds go by, each with a sample at its end.
     *
     * @param seconds their number
     * @param happening what happens in each of them; the result is run after its sample
     */
    public void rehearse(int seconds, IntFunction<Runnable> happening) {
        history.look(); // begins it
        for (int second = 0; second < seconds; second++) {
            Runnable end = happening.apply(second);
            aheadNanos.addAndGet(History.EVERY.toNanos());
            history.sample();
            end.run();
        }
    }

    /** Tells of borrowers that have waited, within the second that is rehearsed. */
    public void waited(String pool, Duration time, int borrowers) {
        for (int i = 0; i < borrowers; i++) {
            waits.getObject().served(pool, time);
        }
    }

    @Override
    public void close() {
        history.close();
    }

    private final class Clock implements MonotonicClock {

        private final MonotonicClock system = MonotonicClock.system();

        @Override
        public long nanoTime() {
            return system.nanoTime() + aheadNanos.get();
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            return system.schedule(delay, task);
        }

        @Override
        public void parkUntil(Object blocker, long deadlineNanos) {
            system.parkUntil(blocker, deadlineNanos - aheadNanos.get());
        }
    }
}
