package io.github.ppool.cluster.engine;

import io.github.ppool.pool.Broadcast;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Runs the broadcasts of one name on this node. */
@FunctionalInterface
public interface BroadcastRunner {

    /**
     * Begins the work on each worker, without waiting for it.
     *
     * @param payload the payload as JSON; null for none
     * @param within the time that the workers have
     * @return ends with the outcomes of the workers
     * @throws Exception if the payload can't be read, or the pool is stopped
     */
    CompletionStage<? extends Broadcast<?>> run(@Nullable String payload, Duration within) throws Exception;
}
