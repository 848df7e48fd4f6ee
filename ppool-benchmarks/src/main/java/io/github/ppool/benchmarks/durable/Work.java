package io.github.ppool.benchmarks.durable;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.springframework.jdbc.core.JdbcTemplate;

/** The work of a task. Static, since some libraries keep the name of a class and a method in the row of a task. */
public final class Work {

    private static final AtomicLong LEFT = new AtomicLong();
    private static volatile CountDownLatch done = new CountDownLatch(0);
    private static volatile LongConsumer begun = number -> {};

    private Work() {}

    /** A latch that is open when so many tasks have run from now on. */
    static CountDownLatch expect(long tasks) {
        LEFT.set(tasks);
        CountDownLatch latch = new CountDownLatch(1);
        done = latch;
        return latch;
    }

    /** Calls this at the begin of each task, with its number. */
    static void onBegin(LongConsumer listener) {
        begun = listener;
    }

    /**
     * Runs a task that does nothing.
     *
     * @param number its number, if it has one
     */
    public static void nothing(long number) {
        begun.accept(number);
        if (LEFT.decrementAndGet() == 0) {
            done.countDown();
        }
    }

    /** A task that writes a row. It commits before or after it is counted, as the library has it. */
    static void write(JdbcTemplate jdbc) {
        jdbc.update("insert into effect (number) values (1)");
        nothing(0);
    }
}
