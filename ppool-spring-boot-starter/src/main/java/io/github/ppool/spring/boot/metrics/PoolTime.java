package io.github.ppool.spring.boot.metrics;

/** The timers of a pool. Each has the tag {@code pool}. */
enum PoolTime {
    WAIT("ppool.wait", true, "How long borrowers waited that did not find an idle worker"),
    CREATION("ppool.creation", true, "How long it took to make a worker"),
    USAGE("ppool.usage", false, "How long borrowers kept workers"),
    TASK_WAIT("ppool.task.wait", false, "How long tasks waited that did not find an idle worker"),
    TASK("ppool.task", false, "How long attempts of tasks ran");

    final String meter;
    /** True if each time is recorded even without exact times. A thread that waited pays little for a record. */
    final boolean isAlwaysTimed;
    final String description;

    PoolTime(String meter, boolean isAlwaysTimed, String description) {
        this.meter = meter;
        this.isAlwaysTimed = isAlwaysTimed;
        this.description = description;
    }
}
