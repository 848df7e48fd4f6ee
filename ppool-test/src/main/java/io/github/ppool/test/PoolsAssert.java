package io.github.ppool.test;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.Pid;
import io.github.ppool.supervisor.Supervisor;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.assertj.core.api.AbstractAssert;

/** Assertions on pools and the tree that they hang in. */
public final class PoolsAssert extends AbstractAssert<PoolsAssert, Pools> {

    PoolsAssert(Pools actual) {
        super(actual, PoolsAssert.class);
    }

    /**
     * Which pools there are.
     *
     * @param names of all of them, in any order
     * @return this
     */
    public PoolsAssert hasPools(String... names) {
        isNotNull();
        if (!actual.names().equals(new TreeSet<>(List.of(names)))) {
            failWithMessage("Expecting the pools to be %s, but they are %s", new TreeSet<>(List.of(names)),
                    actual.names());
        }
        return this;
    }

    /**
     * The supervisor above the pools runs.
     *
     * @return this
     */
    public PoolsAssert isAlive() {
        isNotNull();
        if (!actual.supervisor().isAlive()) {
            failWithMessage("Expecting the supervisor 'ppool' to run, but it has given up");
        }
        return this;
    }

    /**
     * No thread of a process that was killed still runs.
     *
     * @return this
     */
    public PoolsAssert hasNoOrphanedThreads() {
        isNotNull();
        List<Pid> orphaned = actual.system().orphaned();
        if (!orphaned.isEmpty()) {
            failWithMessage("Expecting no orphaned threads, but the threads of these processes still run: %s",
                    orphaned);
        }
        return this;
    }

    /**
     * Goes on with one pool, which must be there.
     *
     * @param name of the pool
     * @return assertions on it
     */
    public PoolAssert pool(String name) {
        isNotNull();
        Optional<PoolClient<?>> pool = actual.pool(name);
        if (pool.isEmpty()) {
            failWithMessage("Expecting a pool '%s', but there are these: %s", name, actual.names());
        }
        return new PoolAssert(pool.orElseThrow());
    }

    /**
     * Goes on with the supervisor of one pool, which must run.
     *
     * @param name of the pool
     * @return assertions on its supervisor
     */
    public SupervisorAssert supervisor(String name) {
        pool(name);
        Optional<Pid> supervisor = actual.supervisor(name);
        if (supervisor.isEmpty()) {
            failWithMessage("Expecting the supervisor of the pool '%s' to run, but it does not", name);
        }
        return new SupervisorAssert(Supervisor.of(actual.system(), supervisor.orElseThrow()));
    }
}
