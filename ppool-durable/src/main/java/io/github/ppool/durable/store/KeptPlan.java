package io.github.ppool.durable.store;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Decides whether the database may keep the plan of a statement that finds one row by its primary key.
 *
 * <p>Planning costs more than such a statement. But the plan for a table of a few pages reads all of it, and a session
 * that has kept it reads all of a large table later. So each execution tells whether it has read the table. A plan is
 * kept from the moment at which a fresh one has used the index. An execution that has read the table ends that: the
 * next ones are planned anew for a while, and the mark after the statement's text makes it another one, which no
 * session has a plan for. So a bad plan is used once by each session at most, as a rule while the table is small.
 */
final class KeptPlan {

    /** The shortest time for which plans are made anew. It bounds the number of texts that sessions know. */
    static final Duration ANEW = Duration.ofSeconds(10);

    private final LongSupplier nanoTime;
    private final AtomicReference<Choice> present;

    /**
     * The setting for an execution.
     *
     * @param number the number of times at which kept plans were given up
     * @param isKept whether the plan may be kept
     * @param since the time of the decision
     */
    record Choice(int number, boolean isKept, long since) {

        /** The end of the statement's text. */
        String mark() {
            return number == 0 ? "" : " -- " + number;
        }
    }

    KeptPlan(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.present = new AtomicReference<>(new Choice(0, false, nanoTime.getAsLong() - ANEW.toNanos()));
    }

    Choice choose() {
        return present.get();
    }

    /** Notes whether an execution has read the table instead of the index. */
    void ran(Choice choice, boolean hasScanned) {
        if (choice.isKept == hasScanned) {
            long now = nanoTime.getAsLong();
            if (hasScanned) {
                present.compareAndSet(choice, new Choice(choice.number + 1, false, now));
            } else if (now - choice.since >= ANEW.toNanos()) {
                present.compareAndSet(choice, new Choice(choice.number, true, now));
            }
        }
    }
}
