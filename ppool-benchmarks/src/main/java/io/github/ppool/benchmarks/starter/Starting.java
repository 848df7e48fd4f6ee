package io.github.ppool.benchmarks.starter;

/** Those that start very many pools. */
public enum Starting {
    /** An application, from its settings. */
    PPOOL_STARTER {
        @Override
        ManyPools start(int pools) throws InterruptedException {
            return new ManyPools.OfStarter(pools);
        }
    },
    /** A loop, without Spring. */
    PPOOL_CORE {
        @Override
        ManyPools start(int pools) throws InterruptedException {
            return new ManyPools.OfCore(pools);
        }
    };

    abstract ManyPools start(int pools) throws InterruptedException;
}
