package io.github.ppool.spring.boot;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.pool.PoolListener;
import io.github.ppool.pool.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Several listeners as one. The exception of a listener is logged, and the other listeners are called all the same. */
final class ListenerGroup implements PoolListener {

    private final List<PoolListener> members;
    /** The members that want frequent events. Each member was asked once. */
    private final List<PoolListener> ofTaskTimes;
    private final List<PoolListener> ofTaskEnds;
    private final List<PoolListener> ofLeases;
    private final boolean wantsUsage;

    /** The frequent events that a listener may want. A method reference for each would be a class at each start. */
    private enum Wish {
        TASK_TIMES,
        TASK_ENDS,
        LEASES,
        USAGE;

        boolean isOf(PoolListener listener) {
            return this == TASK_TIMES
                    ? listener.wantsTaskTimes()
                    : this == TASK_ENDS
                            ? listener.wantsTaskEnds()
                            : this == LEASES ? listener.wantsLeases() : listener.wantsUsage();
        }
    }

    private ListenerGroup(List<PoolListener> members) {
        this.members = members;
        this.ofTaskTimes = those(true, Wish.TASK_TIMES);
        this.ofTaskEnds = those(true, Wish.TASK_ENDS);
        this.ofLeases = those(false, Wish.LEASES);
        this.wantsUsage = !those(false, Wish.USAGE).isEmpty();
    }

    /**
     * The members that want an event. An exception of a member counts as the answer that {@link PoolListener}
     * documents.
     */
    private List<PoolListener> those(boolean ifItThrows, Wish wish) {
        List<PoolListener> those = new ArrayList<>();
        for (PoolListener member : members) {
            boolean[] wants = {ifItThrows};
            ForeignCode.tell(nameOf(member), () -> wants[0] = wish.isOf(member));
            if (wants[0]) {
                those.add(member);
            }
        }
        return List.copyOf(those);
    }

    private static String nameOf(PoolListener member) {
        return "PoolListener " + member.getClass().getName();
    }

    /**
     * Combines the listener of a specification with those of the application. The own listener is called first. A group
     * is returned as it is: a pool that is started again has a group already.
     */
    static PoolListener of(PoolListener own, List<PoolListener> others) {
        if (others.isEmpty() || own instanceof ListenerGroup) {
            return own;
        }
        List<PoolListener> all = new ArrayList<>();
        all.add(own);
        all.addAll(others);
        return new ListenerGroup(List.copyOf(all));
    }

    private static void tell(List<PoolListener> those, Consumer<PoolListener> what) {
        for (PoolListener member : those) {
            ForeignCode.tell(new Named(member), () -> what.accept(member));
        }
    }

    /** The name of a member for the log, made only if a line is logged. */
    private record Named(PoolListener member) {
        @Override
        public String toString() {
            return nameOf(member);
        }
    }

    /** All rare events. */
    @Override
    public void forward(Consumer<PoolListener> event) {
        tell(members, event);
    }

    @Override
    public void served(String pool, Duration waited) {
        tell(members, member -> member.served(pool, waited));
    }

    @Override
    public void taskServed(String pool, Task<?> task, Duration waited) {
        tell(ofTaskTimes, member -> member.taskServed(pool, task, waited));
    }

    @Override
    public void taskEnded(String pool, Task<?> task) {
        tell(ofTaskEnds, member -> member.taskEnded(pool, task));
    }

    @Override
    public void taskRan(String pool, Task<?> task, Duration ran) {
        tell(ofTaskTimes, member -> member.taskRan(pool, task, ran));
    }

    @Override
    public boolean wantsTaskTimes() {
        return !ofTaskTimes.isEmpty();
    }

    @Override
    public boolean wantsTaskEnds() {
        return !ofTaskEnds.isEmpty();
    }

    @Override
    public boolean wantsLeases() {
        return !ofLeases.isEmpty();
    }

    @Override
    public boolean wantsUsage() {
        return wantsUsage;
    }

    @Override
    public void leaseEnded(String pool, Duration held) {
        tell(ofLeases, member -> member.leaseEnded(pool, held));
    }
}
