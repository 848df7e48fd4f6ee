package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.concurrent.LeaseWord;
import io.github.ppool.process.Pid;
import io.github.ppool.time.Timer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The turn of a group's task that a member has, as the engine of the member sees it.
 *
 * <p>A task with {@code key-blocks: false} steps aside while it waits for its next attempt. When that is due, another
 * member may run a task of the key. Then the task stays with its member, as one that is delayed. The engine is called
 * again when the key is free.
 */
final class MemberTurn<W> implements OuterTurn {

    private final GroupTurn<W> turn;
    private final GroupOwner<W> group;
    private final GroupLine<W> line;
    private final PoolEngine<W> engine;

    MemberTurn(GroupTurn<W> turn, GroupOwner<W> group, PoolEngine<W> engine) {
        this.turn = turn;
        this.group = group;
        this.line = group.line();
        this.engine = engine;
    }

    @Override
    public void ended(DeferredActions after) {
        line.lockReserved();
        try {
            line.ended(turn.task, after);
        } finally {
            line.unlock();
        }
        goOn(after);
    }

    private void goOn(DeferredActions after) {
        group.keyWasPassedOn(engine, after);
        after.add(group::changed);
    }

    @Override
    public void stepAside(DeferredActions after) {
        line.lockReserved();
        try {
            line.passOn(line.keys.stepAside(turn), after);
        } finally {
            line.unlock();
        }
        goOn(after);
    }

    @Override
    public boolean returns(Runnable whenFree, DeferredActions after) {
        line.lockReserved();
        try {
            GroupChain<W> mine = line.keys.returns(turn);
            if (mine != null) {
                turn.callWhenFree(whenFree);
                line.passOn(mine, after);
            }
            return mine == null;
        } finally {
            line.unlock();
        }
    }

    @Override
    public boolean mayGoOn() {
        line.lockReserved();
        try {
            return turn.where == GroupTurn.Where.HOLDS && turn.chain != null && turn.chain.threads == 0;
        } finally {
            line.unlock();
        }
    }

    @Override
    public void servedBy(@Nullable LeaseWord worker) {
        long most = group.mostWorkers(engine);
        line.lockReserved();
        try {
            line.keys.servedBy(turn, worker == null ? null : new LastWorker<>(engine, worker), most);
        } finally {
            line.unlock();
        }
    }

    @Override
    public void holdForThread(Pid process, Duration grace, DeferredActions after) {
        GroupChain<W> held;
        line.lockReserved();
        try {
            held = Objects.requireNonNull(turn.chain);
            held.threads++;
        } finally {
            line.unlock();
        }
        AtomicBoolean over = new AtomicBoolean();
        after.add(() -> {
            Timer timer = group.context().clock().schedule(grace, () -> threadLeft(held, over));
            group.context().system().onThreadEnd(process, (pid, reason) -> {
                timer.cancel();
                threadLeft(held, over);
            });
        });
    }

    /** Without a lock, on the thread that ends or on that of a timer. */
    private void threadLeft(GroupChain<W> held, AtomicBoolean over) {
        if (over.getAndSet(true)) {
            return;
        }
        DeferredActions after = new DeferredActions();
        line.lock();
        try {
            held.threads--;
            line.passOn(held, after);
        } finally {
            line.unlock();
        }
        after.runWithoutForeignCode(group.context());
        group.changed();
    }

    @Override
    public String toString() {
        return "MemberTurn[" + turn + ", " + engine.name() + "]";
    }
}
