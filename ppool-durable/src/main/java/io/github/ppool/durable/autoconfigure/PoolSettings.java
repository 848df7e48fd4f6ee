package io.github.ppool.durable.autoconfigure;

import io.github.ppool.durable.engine.DurablePoolSettings;
import io.github.ppool.durable.engine.DurablePoolSettings.OnEnd;
import io.github.ppool.durable.store.Claim;
import io.github.ppool.durable.store.Rate;
import io.github.ppool.spring.boot.DurableSettings;
import org.jspecify.annotations.Nullable;

/** The settings of a pool as the engine has them. */
final class PoolSettings {

    private PoolSettings() {}

    static DurablePoolSettings of(DurableSettings settings) {
        Rate pool = rate(settings.rate());
        Rate partition = rate(settings.partitionRate());
        boolean rated = pool != null || settings.hasPartitions();
        return new DurablePoolSettings(
                settings.plan(),
                settings.onEnd() == DurableSettings.OnEnd.DELETE ? OnEnd.DELETE : OnEnd.WAIT,
                settings.prefetch(),
                rated ? new Claim.Rates(pool, partition) : null);
    }

    private static @Nullable Rate rate(DurableSettings.@Nullable Rate rate) {
        return rate == null ? null : new Rate(rate.tasks(), rate.time());
    }
}
