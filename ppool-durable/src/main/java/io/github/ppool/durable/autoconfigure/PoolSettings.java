package io.github.ppool.durable.autoconfigure;

import io.github.ppool.durable.engine.DurablePoolSettings;
import io.github.ppool.durable.engine.DurablePoolSettings.OnEnd;
import io.github.ppool.durable.store.Claim;
import io.github.ppool.pool.Rate;
import io.github.ppool.spring.boot.DurableSettings;

/** The settings of a pool as the engine has them. */
final class PoolSettings {

    private PoolSettings() {}

    static DurablePoolSettings of(DurableSettings settings) {
        Rate pool = settings.rate();
        Rate partition = settings.partitionRate();
        boolean rated = pool != null || settings.hasPartitions();
        return new DurablePoolSettings(
                settings.plan(),
                settings.onEnd() == DurableSettings.OnEnd.DELETE ? OnEnd.DELETE : OnEnd.WAIT,
                settings.prefetch(),
                rated ? new Claim.Rates(pool, partition) : null);
    }
}
