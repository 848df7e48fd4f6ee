package io.github.ppool.spring.boot.metrics;

import io.github.ppool.process.ProcessSystem;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The meter of the processes of a context. It is removed when the context is closed. */
final class ProcessMetrics implements MeterBinder, AutoCloseable {

    static final String ORPHANS = "ppool.orphaned";

    private final ProcessSystem system;
    private final Set<MeterRegistry> registries = ConcurrentHashMap.newKeySet();

    ProcessMetrics(ProcessSystem system) {
        this.system = system;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        registries.add(registry);
        SharedMeters.of(registry).read(registry, this, SharedMeters.id(ORPHANS, Tags.empty()),
                (to, user, tags) -> Gauge.builder(ORPHANS, system, ProcessSystem::orphanCount)
                        .strongReference(true)
                        .description("Threads of processes that were killed and have not ended yet")
                        .baseUnit("threads")
                        .register(to));
    }

    @Override
    public void close() {
        registries.forEach(registry -> SharedMeters.of(registry).leave(registry, this));
    }
}
