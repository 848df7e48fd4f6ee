package io.github.ppool.benchmarks.starter;

/** Those that lend to an application's code. */
public enum Source {
    /** A pool of the starter. */
    PPOOL_STARTER {
        @Override
        Counter open(Setting setting) throws InterruptedException {
            Application application = new Application(setting);
            return new Counter.OfPool(application.pool(), application::close);
        }
    },
    /** The same pool without Spring. */
    PPOOL_CORE {
        @Override
        Counter open(Setting setting) throws InterruptedException {
            Core core = new Core();
            return new Counter.OfPool(core.pool(), core::close);
        }
    },
    /** A pool of connections with its meters. */
    HIKARI {
        @Override
        Counter open(Setting setting) throws InterruptedException {
            return new HikariCounter(new Application(setting));
        }
    };

    abstract Counter open(Setting setting) throws InterruptedException;
}
