package io.github.ppool.benchmarks.durable;

import io.github.ppool.benchmarks.durable.Jobs.Kind;

/** Which library. */
public enum Library {
    /** ppool-durable's engine alone, with default settings. */
    PPOOL(40_000) {
        @Override
        Jobs open(Database database, Kind kind) {
            return new PpoolJobs(database, kind);
        }
    },
    /** ppool-durable in an application with the starter, actuator and meters. */
    PPOOL_STARTER(40_000) {
        @Override
        Jobs open(Database database, Kind kind) {
            return new StarterJobs(database, kind);
        }
    },
    /** db-scheduler as it comes: it fetches candidates, and locks each when it runs. */
    DB_SCHEDULER_FETCH(8_000) {
        @Override
        Jobs open(Database database, Kind kind) {
            return new SchedulerJobs(database, kind, false);
        }
    },
    /** db-scheduler with the strategy that its documentation names for throughput: between 4 and 20 tasks a thread. */
    DB_SCHEDULER_LOCK(12_000) {
        @Override
        Jobs open(Database database, Kind kind) {
            return new SchedulerJobs(database, kind, true);
        }
    },
    /** JobRunr, the free one. */
    JOBRUNR(400) {
        @Override
        Jobs open(Database database, Kind kind) {
            return new JobRunrJobs(database);
        }
    },
    /** Inserts into a table like that of ppool-durable, by hand. No node runs the tasks. */
    JDBC(0) {
        @Override
        Jobs open(Database database, Kind kind) {
            return new JdbcJobs(database);
        }
    };

    /** As many tasks as take some seconds. */
    final int tasks;

    Library(int tasks) {
        this.tasks = tasks;
    }

    abstract Jobs open(Database database, Kind kind);
}
