package io.github.ppool.benchmarks.starter;

import io.github.ppool.benchmarks.borrow.Borrowed;
import io.github.ppool.pool.PoolClient;
import org.springframework.core.task.TaskExecutor;

/** Those that take tasks from an application's code. */
public enum Taker {
    /** A pool of the starter. */
    PPOOL_STARTER {
        @Override
        Desk open(Setting setting) throws InterruptedException {
            Application application = new Application(setting);
            PoolClient<Borrowed> pool = application.pool();
            return new Desk(task -> pool.asyncQueue(worker -> task.run()), application::close);
        }
    },
    /** The same pool as an executor of Spring, with the decorators of Boot's executor. */
    PPOOL_EXECUTOR {
        @Override
        Desk open(Setting setting) throws InterruptedException {
            Application application = new Application(setting);
            var unused = application.pool(); // waits for its workers
            TaskExecutor executor = application.bean("officeExecutor", TaskExecutor.class);
            return new Desk(executor::execute, application::close);
        }
    },
    /** The same pool without Spring. */
    PPOOL_CORE {
        @Override
        Desk open(Setting setting) throws InterruptedException {
            Core core = new Core();
            PoolClient<Borrowed> pool = core.pool();
            return new Desk(task -> pool.asyncQueue(worker -> task.run()), core::close);
        }
    },
    /** The {@code ThreadPoolTaskExecutor} that Spring Boot makes, with its meters and the carrying of contexts. */
    BOOT_EXECUTOR {
        @Override
        Desk open(Setting setting) throws InterruptedException {
            Application application = new Application(setting);
            TaskExecutor executor = application.bean("applicationTaskExecutor", TaskExecutor.class);
            return switch (setting) {
                case SPANS -> new Desk(Spans.observing(application, executor)::execute, application::close);
                default -> new Desk(executor::execute, application::close);
            };
        }
    };

    abstract Desk open(Setting setting) throws InterruptedException;
}
