package io.github.ppool.spring.boot;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolListener;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.Task;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.supervisor.SupervisorEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Several listeners as one; what one throws is logged and keeps nothing from the others. */
final class ListenerGroup implements PoolListener {

    private final List<PoolListener> members;

    private ListenerGroup(List<PoolListener> members) {
        this.members = members;
    }

    /** One's own listener first; a group that is started again (its pool was stopped meanwhile) is not put into another one. */
    static PoolListener of(PoolListener own, List<PoolListener> others) {
        if (others.isEmpty() || own instanceof ListenerGroup) {
            return own;
        }
        List<PoolListener> all = new ArrayList<>();
        all.add(own);
        all.addAll(others);
        return new ListenerGroup(List.copyOf(all));
    }

    private void tell(Consumer<PoolListener> what) {
        for (PoolListener member : members) {
            ForeignCode.tell("PoolListener " + member.getClass().getName(), () -> what.accept(member));
        }
    }

    @Override
    public void workerReady(String pool, Pid worker, Duration took) {
        tell(member -> member.workerReady(pool, worker, took));
    }

    @Override
    public void workerNotMade(String pool, Throwable cause, int inARow) {
        tell(member -> member.workerNotMade(pool, cause, inARow));
    }

    @Override
    public void workerExited(String pool, Pid worker, ExitReason reason) {
        tell(member -> member.workerExited(pool, worker, reason));
    }

    @Override
    public void served(String pool, Duration waited) {
        tell(member -> member.served(pool, waited));
    }

    @Override
    public void refused(String pool, PoolException refusal) {
        tell(member -> member.refused(pool, refusal));
    }

    @Override
    public void taskEnded(String pool, Task<?> task) {
        tell(member -> member.taskEnded(pool, task));
    }

    @Override
    public void taskRan(String pool, Task<?> task, Duration ran) {
        tell(member -> member.taskRan(pool, task, ran));
    }

    @Override
    public void supervised(String pool, SupervisorEvent event) {
        tell(member -> member.supervised(pool, event));
    }

    @Override
    public void leaseLeaked(String pool, Pid worker, Throwable taken) {
        tell(member -> member.leaseLeaked(pool, worker, taken));
    }

    @Override
    public void leaseOverdue(String pool, Pid worker, Duration held, Throwable taken) {
        tell(member -> member.leaseOverdue(pool, worker, held, taken));
    }

    @Override
    public boolean wantsLeases() {
        boolean[] wants = {false};
        tell(member -> wants[0] |= member.wantsLeases());
        return wants[0];
    }

    @Override
    public void leaseEnded(String pool, Duration held) {
        tell(member -> {
            if (member.wantsLeases()) {
                member.leaseEnded(pool, held);
            }
        });
    }

    @Override
    public void phaseChanged(String pool, PoolPhase phase) {
        tell(member -> member.phaseChanged(pool, phase));
    }
}
