package io.github.ppool.spring.boot.health;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.AdditionalPathsMapper;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.health.actuate.endpoint.AdditionalHealthEndpointPath;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;

/**
 * The health group {@code ppool}: the supervision trees, which a restart of the application can bring back, and Spring
 * Boot's own liveness. Pools are no members. All other properties of the group are those of the health endpoint.
 */
final class LivenessGroup implements HealthEndpointGroup {

    static final String NAME = "ppool";
    /**
     * The names of the members. A name without a contributor is skipped, for example if Spring Boot's probes are
     * disabled.
     */
    static final Set<String> MEMBERS = Set.of("livenessState", "ppoolTrees");

    private final HealthEndpointGroup endpoint;

    private LivenessGroup(HealthEndpointGroup endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * Adds this group to groups, unless the application defines a group of the same name.
     *
     * @param groups the groups of Spring Boot and of the application
     */
    static HealthEndpointGroups addedTo(HealthEndpointGroups groups) {
        return groups.getNames().contains(NAME) ? groups : new WithLivenessGroup(groups);
    }

    @Override
    public boolean isMember(String name) {
        return MEMBERS.contains(name);
    }

    @Override
    public boolean showComponents(SecurityContext security) {
        return endpoint.showComponents(security);
    }

    @Override
    public boolean showDetails(SecurityContext security) {
        return endpoint.showDetails(security);
    }

    @Override
    public StatusAggregator getStatusAggregator() {
        return endpoint.getStatusAggregator();
    }

    @Override
    public HttpCodeStatusMapper getHttpCodeStatusMapper() {
        return endpoint.getHttpCodeStatusMapper();
    }

    @Override
    public @Nullable AdditionalHealthEndpointPath getAdditionalPath() {
        return null;
    }

    /** The groups with this one. Spring Boot asks its own groups for their paths too, so these calls are passed on. */
    private static final class WithLivenessGroup implements HealthEndpointGroups, AdditionalPathsMapper {

        private final HealthEndpointGroups others;
        private final LivenessGroup group;

        private WithLivenessGroup(HealthEndpointGroups others) {
            this.others = others;
            this.group = new LivenessGroup(others.getPrimary());
        }

        @Override
        public HealthEndpointGroup getPrimary() {
            return others.getPrimary();
        }

        @Override
        public Set<String> getNames() {
            Set<String> names = new LinkedHashSet<>(others.getNames());
            names.add(NAME);
            return names;
        }

        @Override
        public @Nullable HealthEndpointGroup get(String name) {
            return name.equals(NAME) ? group : others.get(name);
        }

        @Override
        public @Nullable List<String> getAdditionalPaths(EndpointId endpoint, WebServerNamespace server) {
            return others instanceof AdditionalPathsMapper mapper ? mapper.getAdditionalPaths(endpoint, server) : null;
        }
    }
}
