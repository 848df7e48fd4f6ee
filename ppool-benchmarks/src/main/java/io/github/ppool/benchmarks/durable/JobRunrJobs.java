package io.github.ppool.benchmarks.durable;

import java.time.Duration;
import java.util.stream.LongStream;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.configuration.JobRunrConfiguration.JobRunrConfigurationResult;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;
import org.jobrunr.utils.mapper.jackson3.Jackson3JsonMapper;

/** JobRunr. */
final class JobRunrJobs implements Jobs {

    /** The shortest one that it takes; fifteen seconds as it comes. */
    private static final Duration POLL = Duration.ofSeconds(5);

    private final JobRunrConfigurationResult library;

    JobRunrJobs(Database database) {
        library = JobRunr.configure()
                .useJsonMapper(new Jackson3JsonMapper())
                .useStorageProvider(new PostgresStorageProvider(database.data()))
                .useBackgroundJobServer(
                        BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                                .andWorkerCount(WORKERS)
                                .andPollInterval(POLL),
                        false)
                .initialize();
    }

    @Override
    public void handOver(int tasks, int batch) {
        for (int i = 0; i < tasks; i += batch) {
            if (batch == 1) {
                handOverOne(i);
            } else {
                library.getJobScheduler()
                        .enqueue(LongStream.range(i, i + batch).boxed(), number -> Work.nothing(number));
            }
        }
    }

    @Override
    public void handOverOne(long number) {
        library.getJobScheduler().enqueue(() -> Work.nothing(number));
    }

    @Override
    public void addWaiting(long tasks) {
        throw new UnsupportedOperationException("not measured");
    }

    @Override
    public void start(int nodes) {
        library.getBackgroundJobServer().start();
    }

    @Override
    public void close() {
        JobRunr.destroy();
    }
}
