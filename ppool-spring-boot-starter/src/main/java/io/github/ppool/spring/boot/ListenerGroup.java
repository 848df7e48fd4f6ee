package io.github.ppool.spring.boot;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.pool.PoolListener;
import io.github.ppool.pool.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Several listeners as one. The exception of a listener is logged, and the other listeners are called all the same. */
final class ListenerGroup implements PoolListener {

    private final List<PoolListener> members;
    /** The members that want frequent events. Each member was asked once. */
    private final List<PoolListener> ofTaskTimes;
    private final List<PoolListener> ofTaskEnds;
    private final List<PoolListener> ofLeases;
    private final boolean wantsUsage;

    private ListenerGroup(List<PoolListener> members) {
        this.members = members;
        this.ofTaskTimes = those(true, PoolListener::wantsTaskTimes);
        this.ofTaskEnds = those(true, PoolListener::wantsTaskEnds);
        this.ofLeases = those(false, PoolListener::wantsLeases);
        this.wantsUsage = !those(false, PoolListener::wantsUsage).isEmpty();
    }

    /**
     * The members that want an event. An exception of a member counts as the answer that {@link PoolListener}
     * documents.
     */
    private List<PoolListener> those(boolean ifItThrows, Predicate<PoolListener> want) {
        List<PoolListener> those = new ArrayList<>();
        for (PoolListener member : members) {
            boolean[] wants = {ifItThrows};
            ForeignCode.tell(nameOf(member), () -> wants[0] = want.test(member));
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
