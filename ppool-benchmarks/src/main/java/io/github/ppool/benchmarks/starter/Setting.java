package io.github.ppool.benchmarks.starter;

import java.util.List;
import java.util.stream.Stream;

/** How the application is set up. The runner chooses the class path that belongs to it. */
public enum Setting {
    /** Actuator and the Prometheus registry, with default settings. */
    DEFAULTS,
    /** The same with a tracing bridge: each task is an observation with a span. */
    SPANS("management.tracing.sampling.probability=1.0"),
    /** The starter alone: neither actuator nor Micrometer is on the class path. */
    BARE,
    /** As {@link #DEFAULTS}, with the times of use measured. */
    USAGE("ppool.measure-usage=true"),
    /** As {@link #DEFAULTS}, with ppool-cluster and a database. No pool has a limit over the cluster. */
    CLUSTER(Setting.DATABASE),
    /** As {@link #CLUSTER}, and each worker of the pool holds a permit of the cluster. */
    CLUSTER_LIMIT(Setting.DATABASE, Application.limitOverTheCluster()),
    /** As {@link #CLUSTER}, with a second pool of the same settings whose workers hold permits. */
    CLUSTER_BOTH(Application.limitedPool(), Setting.DATABASE),
    /** As {@link #DEFAULTS}, with the endpoint exposed. */
    EXPOSED(Setting.ENDPOINT);

    private static final String ENDPOINT = "management.endpoints.web.exposure.include=ppool";
    private static final String DATABASE = "spring.datasource.url=jdbc:h2:mem:cluster;DB_CLOSE_DELAY=-1";

    private final List<String> properties;

    Setting(String... properties) {
        this(List.of(), properties);
    }

    Setting(List<String> more, String... properties) {
        this.properties = Stream.concat(Stream.of(properties), more.stream()).toList();
    }

    /** Addition of this setting to the application's settings. */
    List<String> properties() {
        return this == SPANS
                ? Stream.concat(properties.stream(), StarterMetadata.observationsOn().stream()).toList()
                : properties;
    }
}
