package io.github.ppool.sample.housekeeping;

import io.github.ppool.cluster.ClusterLease;
import io.github.ppool.process.ProcessBody;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.spring.boot.Supervised;
import java.time.Duration;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * Keeps the journal of the cluster short. It runs on one of the instances, because {@code application-cluster.yml}
 * gives it the scope {@code cluster}. When that instance dies, another one goes on with a greater token.
 */
@Component
@Profile("cluster")
@Supervised(plan = "restart, backoff 1s..1m x2")
class Housekeeping implements ProcessBody {

    private static final Duration EVERY = Duration.ofSeconds(1);

    private final Journal journal;

    Housekeeping(Journal journal) {
        this.journal = journal;
    }

    @Override
    public void run(ProcessContext self) throws InterruptedException {
        ClusterLease lease = ClusterLease.current();
        while (true) {
            // An instance that was stopped for longer than its lease still has the old token, and its writes are
            // refused.
            journal.tidyUp(lease.token());
            self.sleep(EVERY);
        }
    }
}
