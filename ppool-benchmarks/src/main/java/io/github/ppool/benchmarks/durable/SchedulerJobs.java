package io.github.ppool.benchmarks.durable;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** db-scheduler. */
final class SchedulerJobs implements Jobs {

    private static final double LEAST = 4;
    private static final double MOST = 20;

    private final Database database;
    private final boolean locks;
    private final OneTimeTask<Void> task;
    private final SchedulerClient client;
    private final AtomicLong numbers = new AtomicLong();
    private final List<Scheduler> nodes = new ArrayList<>();

    SchedulerJobs(Database database, Kind kind, boolean locks) {
        this.database = database;
        this.locks = locks;
        // Its documentation has the columns and the indexes.
        database.jdbc().execute("create table scheduled_tasks (task_name varchar(100) not null,"
                + " task_instance varchar(100) not null, task_data bytea, execution_time timestamp with time zone,"
                + " picked boolean not null, picked_by varchar(100), last_success timestamp with time zone,"
                + " last_failure timestamp with time zone, consecutive_failures int,"
                + " last_heartbeat timestamp with time zone, version bigint not null, priority smallint,"
                + " state varchar(100), primary key (task_name, task_instance))");
        database.jdbc().execute("create index execution_time_idx on scheduled_tasks (execution_time)");
        database.jdbc().execute("create index last_heartbeat_idx on scheduled_tasks (last_heartbeat)");
        task = Tasks.oneTime("noop").execute((instance, context) -> {
            if (kind == Kind.WRITE) {
                Work.write(database.jdbc());
            } else {
                Work.nothing(Long.parseLong(instance.getId()));
            }
        });
        client = SchedulerClient.Builder.create(database.data(), task).build();
    }

    private TaskInstance<Void> next() {
        return task.instance(Long.toString(numbers.incrementAndGet()));
    }

    @Override
    public void handOver(int tasks, int batch) {
        for (int i = 0; i < tasks; i += batch) {
            if (batch == 1) {
                client.scheduleIfNotExists(next(), Instant.now());
            } else {
                List<TaskInstance<?>> some = new ArrayList<>();
                for (int j = 0; j < batch; j++) {
                    some.add(next());
                }
                client.scheduleBatch(some, Instant.now());
            }
        }
    }

    @Override
    public void handOverOne(long number) {
        // By the node itself, which is told of it; a client of its own would leave it to the next poll.
        nodes.get(0).scheduleIfNotExists(task.instance(Long.toString(number)), Instant.now());
    }

    @Override
    public void addWaiting(long tasks) {
        handOver(1, 1);
        for (int priority = -1; priority <= 1; priority++) {
            for (boolean isDue : new boolean[]{true, false}) {
                database.copy("scheduled_tasks", "task_instance = '1'", tasks / 6, "", Map.of(
                        "task_instance", "'" + (2 + priority) + (isDue ? 1 : 2) + "' || lpad(g::text, 9, '0')",
                        "priority", Integer.toString(priority),
                        "execution_time", isDue ? "now()" : "now() + interval '1 day'"));
            }
        }
    }

    @Override
    public void start(int count) {
        for (int i = 0; i < count; i++) {
            SchedulerBuilder builder = Scheduler.create(database.data(), task)
                    .threads(WORKERS)
                    .schedulerName(new SchedulerName.Fixed("node-" + i))
                    .pollingInterval(Duration.ofMillis(200)) // better than it comes: ten seconds
                    .enableImmediateExecution();
            if (locks) {
                builder.pollUsingLockAndFetch(LEAST, MOST);
            }
            Scheduler node = builder.build();
            nodes.add(node);
            node.start();
        }
    }

    @Override
    public void close() {
        nodes.forEach(Scheduler::stop);
    }
}
