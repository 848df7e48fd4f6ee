package io.github.ppool.supervisor;

import io.github.ppool.process.ProcessBody;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartResult;
import org.jspecify.annotations.Nullable;

/**
 * {@link ChildStart#body}. It runs nobody's code on the thread that starts the child and waits for nothing, so whoever
 * asks an idle supervisor for such a child starts it himself.
 */
record BodyStart(ProcessBody body, SpawnOptions options) implements ChildStart {

    @Override
    public StartResult start(ProcessContext supervisor, @Nullable Object argument) {
        return new StartResult.Started(supervisor.spawnLink(body, options), null);
    }
}
