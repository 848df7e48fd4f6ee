package io.github.ppool.test.cluster;

import io.github.ppool.cluster.Cluster;
import io.github.ppool.process.ProcessInfo;
import io.github.ppool.process.ProcessStatus;
import io.github.ppool.process.ProcessSystem;
import java.util.List;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A node of a {@link ClusterTester}: an application of Spring Boot with its own pools, trees and lease. The test's
 * thread calls the methods.
 */
public final class TestNode {

    private final String name;
    private final NodeClock clock;
    private final NodeStore store;
    private final ConfigurableApplicationContext context;

    TestNode(String name, NodeClock clock, NodeStore store, ConfigurableApplicationContext context) {
        this.name = name;
        this.clock = clock;
        this.store = store;
        this.context = context;
    }

    /**
     * The name of the node.
     *
     * @return the name that it was started with
     */
    public String name() {
        return name;
    }

    /**
     * The application of the node.
     *
     * @return its context, which {@link #stop} closes
     */
    public ConfigurableApplicationContext context() {
        return context;
    }

    /**
     * A bean of the node's application.
     *
     * @param type the type of the bean
     * @return the only bean of the type
     * @param <T> the type of the bean
     */
    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /**
     * Returns true if the node holds its lease, as far as it knows itself.
     *
     * @return false after a loss, and for a node that was stopped or killed
     */
    public boolean holdsLease() {
        return context.isActive() && bean(Cluster.class).self().held();
    }

    /** Cuts the way from this node to the store, as a broken network does. Its threads go on. */
    public void cut() {
        store.cut(true);
    }

    /** Mends the way to the store. */
    public void heal() {
        store.cut(false);
    }

    /**
     * Freezes the node, as a suspended machine or {@code SIGSTOP} does: its time stands still, its timers don't run,
     * and its calls of the store hang. Code that does not wait for ppool's clock goes on, unlike in a
     * process that is stopped.
     */
    public void freeze() {
        clock.freeze();
    }

    /** Lets a frozen node go on. It finds that time has passed. */
    public void thaw() {
        clock.thaw();
    }

    /**
     * Kills the node, as {@code kill -9} does: its processes are killed, and it gives no permit back. The other nodes
     * notice when its lease ends.
     */
    public void kill() {
        store.cut(true);
        bean(ProcessSystem.class).close();
    }

    /** Stops the application of the node in good order. Its permits are free afterwards. */
    public void stop() {
        context.close();
    }

    /** True if no process acts in this node. */
    boolean isAtRest() {
        if (!clock.isAtRest()) {
            return false;
        }
        if (!context.isActive()) {
            return true;
        }
        ProcessSystem system = bean(ProcessSystem.class);
        List<ProcessInfo> processes = system.processes().stream().map(system::info).toList();
        return processes.stream().allMatch(process -> process.status() == ProcessStatus.WAITING);
    }

    long waits() {
        return clock.waits();
    }

    /** Ends the application, in any state of the node. */
    void end() {
        clock.thaw();
        context.close();
    }

    @Override
    public String toString() {
        return "node '" + name + "'";
    }
}
