package io.github.ppool.spring.boot.observe;

import io.github.ppool.pool.Overrun;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolListener;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.process.Pid;
import io.github.ppool.spring.boot.PoolsListener;
import io.github.ppool.supervisor.SupervisorEvent;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes the events of all pools into the journal, and hands the waits of borrowers on. It wants no event of a task or
 * lease that succeeds, so those have no cost.
 */
public final class PoolJournal implements PoolListener, PoolsListener {

    private final Journal journal;
    private final WaitMeter waits;

    /**
     * Makes the listener.
     *
     * @param journal gets the entries
     * @param waits gets the waits of borrowers
     */
    public PoolJournal(Journal journal, WaitMeter waits) {
        this.journal = journal;
        this.waits = waits;
    }

    /** Of borrowers only, because this listener does not {@linkplain #wantsTaskTimes want} those of tasks. */
    @Override
    public void served(String pool, Duration waited) {
        waits.served(pool, waited);
    }

    @Override
    public void poolStarting(String name) {
        journal.begins(Subject.pool(name));
    }

    @Override
    public void poolStopped(String name) {
        journal.ends(Subject.pool(name));
    }

    @Override
    public void supervised(String pool, SupervisorEvent event) {
        SupervisorNotes.add(journal, Subject.pool(pool), "", event);
    }

    @Override
    public void restartDecided(String pool, String child, String follows, @Nullable Duration in) {
        SupervisorNotes.decided(journal, Subject.pool(pool), child, follows, in);
    }

    @Override
    public void workerNotMade(String pool, Throwable cause, int inARow) {
        journal.add(Subject.pool(pool), () -> new Note("not_made").reason(cause).times(inARow));
    }

    @Override
    public void refused(String pool, PoolException refusal) {
        journal.refused(Subject.pool(pool), refusal);
    }

    @Override
    public void leaseLeaked(String pool, Pid worker, Throwable taken) {
        journal.add(Subject.pool(pool), () -> new Note("leaked").pid(worker).values(taken));
    }

    @Override
    public void leaseOverdue(String pool, Pid worker, Duration held, Throwable taken) {
        journal.add(Subject.pool(pool),
                () -> new Note("overdue").pid(worker).reason("held for " + held.toMillis() + " ms").values(taken));
    }

    @Override
    public void overrun(String pool, Overrun overrun) {
        journal.add(Subject.pool(pool), () -> new Note("overrun").pid(overrun.worker())
                .reason((overrun.isTask() ? "task for " : "borrowed for ") + overrun.taken().toMillis() + " ms")
                .times(overrun.times())
                .values(overrun.where()));
    }

    @Override
    public void phaseChanged(String pool, PoolPhase phase) {
        journal.add(Subject.pool(pool), () -> new Note("phase").reason(phase.name().toLowerCase(Locale.ROOT)));
    }

    /** False, stated here because a native image can't find it out by reflection. */
    @Override
    public boolean wantsTaskTimes() {
        return false;
    }

    /** False, as for {@link #wantsTaskTimes}. */
    @Override
    public boolean wantsTaskEnds() {
        return false;
    }
}
