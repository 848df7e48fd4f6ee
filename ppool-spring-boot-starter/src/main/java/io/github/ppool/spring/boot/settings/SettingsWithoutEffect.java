package io.github.ppool.spring.boot.settings;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.QueueOrder;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Warns of settings of the queue and of growing ahead that are legal, and have no effect beside the others. */
final class SettingsWithoutEffect {

    private final PoolSpec<?> spec;
    private final String prefix;
    private final PoolProperties own;
    private final PoolProperties defaults;
    private final SettingProblems problems;

    private SettingsWithoutEffect(PoolSpec<?> spec, String prefix, PoolProperties own, PoolProperties defaults,
            SettingProblems problems) {
        this.spec = spec;
        this.prefix = prefix;
        this.own = own;
        this.defaults = defaults;
        this.problems = problems;
    }

    /**
     * Looks at the settings of one pool.
     *
     * @param spec the specification that was made of them
     * @param prefix the name of the pool as a property
     * @param own the settings of the pool
     * @param defaults the settings of all pools
     * @param problems gets the warnings
     */
    static void warnOf(PoolSpec<?> spec, String prefix, PoolProperties own, PoolProperties defaults,
            SettingProblems problems) {
        SettingsWithoutEffect settings = new SettingsWithoutEffect(spec, prefix, own, defaults, problems);
        settings.ofTheQueue();
        settings.ofTheGrowth();
    }

    private void ofTheQueue() {
        if (spec.maxWaitTarget() == null && spec.queue() != QueueOrder.ADAPTIVE) {
            warn(".max-wait-interval", own.getMaxWaitInterval(), defaults.getMaxWaitInterval(),
                    "the pool looks for no overload without max-wait-target or queue: adaptive, so the interval has no"
                            + " effect");
        }
    }

    private void ofTheGrowth() {
        if (!spec.warmUp().isZero() && Math.max(spec.size(), spec.minIdle()) <= 1) {
            warn(".warm-up", own.getWarmUp(), defaults.getWarmUp(),
                    "the pool has not two workers to make at its start, so there is nothing to spread over a time");
        }
        if (spec.minIdle() > 0 && spec.maxOverflow() == 0) {
            warn(".min-idle", own.getMinIdle(), defaults.getMinIdle(),
                    "with max-overflow 0 there is no worker beyond the size, so none can be kept idle ahead of need");
        } else if (spec.minIdle() > 0 && Duration.ZERO.equals(spec.overflowTtl())) {
            warn(".min-idle", own.getMinIdle(), defaults.getMinIdle(),
                    "without overflow-ttl each check-in may close a worker and each checkout make one: set both");
        }
    }

    /** Warns under the name of the property that is set; not at all if none is. */
    private void warn(String setting, @Nullable Object ofPool, @Nullable Object ofDefaults, String what) {
        Object value = ofPool != null ? ofPool : ofDefaults;
        if (value != null) {
            String property = (ofPool != null ? prefix : PoolNames.DEFAULTS) + setting;
            String text = problems.text(property);
            problems.warn(property, text != null ? text : value.toString(), what);
        }
    }
}
