package io.github.ppool.spring.boot.observe;

import io.github.ppool.pool.Pools;
import io.github.ppool.spring.boot.HistoryMode;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.time.Duration;
import java.util.function.IntFunction;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * The history of an application that was started a moment ago and is to have one. Its clock is that of the system, put
 * forward by the seconds that have been rehearsed. It takes the place of the history that the starter makes.
 */
public final class RehearsedHistory implements BeanPostProcessor, AutoCloseable {

    private final Clock clock = new Clock();
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
                pools::getObject, clock, waits.getObject(), journal.getObject(), HistoryMode.ALWAYS);
        return history;
    }

    /**
     * Lets some seconds go by, each with a sample at its end.
     *
     * @param seconds their number
     * @param happening the events of each of them; the result is run after its sample
     */
    public void rehearse(int seconds, IntFunction<Runnable> happening) {
        history.look(); // begins it
        clock.stop();
        for (int second = 0; second < seconds; second++) {
            Runnable end = happening.apply(second);
            clock.advance(History.EVERY);
            history.sample();
            end.run();
        }
        clock.goOn();
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

    /** The clock of the system, put forward. While it is stopped, only the rehearsal moves it. */
    private static final class Clock implements MonotonicClock {

        private final MonotonicClock system = MonotonicClock.system();
        private long aheadNanos;
        private long stoppedAtNanos;
        private boolean stopped;

        synchronized void stop() {
            stoppedAtNanos = system.nanoTime();
            stopped = true;
        }

        synchronized void advance(Duration by) {
            aheadNanos += by.toNanos();
        }

        synchronized void goOn() {
            aheadNanos -= system.nanoTime() - stoppedAtNanos;
            stopped = false;
        }

        @Override
        public synchronized long nanoTime() {
            return (stopped ? stoppedAtNanos : system.nanoTime()) + aheadNanos;
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            return system.schedule(delay, task);
        }

        @Override
        public void parkUntil(Object blocker, long deadlineNanos) {
            system.parkUntil(blocker, system.nanoTime() + deadlineNanos - nanoTime());
        }
    }
}
