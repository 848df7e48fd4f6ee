package io.github.ppool.supervisor;

import io.github.ppool.process.ProcessBody;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartResult;
import org.jspecify.annotations.Nullable;

/**
 * {@link ChildStart#body}. It runs no foreign code on the starting thread and does not wait, so the caller of an idle
 * supervisor may run it.
 */
record BodyStart(ProcessBody body, SpawnOptions options) implements ChildStart {

    @Override
    public StartResult start(ProcessContext supervisor, @Nullable Object argument) {
        return new StartResult.Started(supervisor.spawnLink(body, options), null);
    }
}
