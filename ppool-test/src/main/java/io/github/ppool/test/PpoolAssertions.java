package io.github.ppool.test;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.Pools;
import io.github.ppool.supervisor.Supervisor;

/** The entry points of the assertions, to be imported statically beside AssertJ's own. Any thread may call them. */
public final class PpoolAssertions {

    private PpoolAssertions() {}

    /**
     * Assertions on a pool.
     *
     * @param actual its handle
     * @return assertions
     */
    public static PoolAssert assertThat(PoolClient<?> actual) {
        return new PoolAssert(actual);
    }

    /**
     * Assertions on pools and the tree that they hang in.
     *
     * @param actual all of them
     * @return assertions
     */
    public static PoolsAssert assertThat(Pools actual) {
        return new PoolsAssert(actual);
    }

    /**
     * Assertions on a supervision tree.
     *
     * @param actual the supervisor at its top
     * @return assertions
     */
    public static SupervisorAssert assertThat(Supervisor actual) {
        return new SupervisorAssert(actual);
    }
}
