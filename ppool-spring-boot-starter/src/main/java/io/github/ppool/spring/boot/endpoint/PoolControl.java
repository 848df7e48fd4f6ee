package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.PoolAdmin;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Pools;
import java.security.Principal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;

/** The actions of an operator on pools, and the audit events of all actions. */
final class PoolControl {

    /** The type of the audit events. */
    static final String AUDIT_TYPE = "PPOOL_CHANGED";

    private static final GuardedLog logger = GuardedLog.of(PoolControl.class);

    private final Pools pools;
    private final ApplicationEventPublisher events;

    PoolControl(Pools pools, ApplicationEventPublisher events) {
        this.pools = pools;
        this.events = events;
    }

    Pools pools() {
        return pools;
    }

    PoolAdmin admin() {
        return pools.admin();
    }

    /** Publishes and logs an action that changed something, with the action's parameters. */
    void audit(@Nullable Principal principal, ChangeRequest request, List<ActionParameter> parameters) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("pool", request.pool());
        data.put("action", request.action());
        for (ActionParameter parameter : parameters) {
            Object value = parameter.of(request);
            if (value != null) {
                data.put(parameter.key(), value.toString());
            }
        }
        audit(principal, data);
    }

    /** Publishes and logs an action that changed something. */
    void audit(@Nullable Principal principal, Map<String, @Nullable Object> data) {
        String name = principal == null ? null : principal.getName();
        logger.info("an operator{} has changed {}", name == null ? "" : " (" + name + ")", data.toString());
        events.publishEvent(new AuditApplicationEvent(new AuditEvent(name, AUDIT_TYPE, data)));
    }

    /** Resizes a pool. A number that the request omits stays unchanged. Returns true if the pool exists. */
    boolean resize(ChangeRequest request) {
        if (request.size() == null && request.maxOverflow() == null) {
            throw Refusal.of("resize must have a size or a maxOverflow");
        }
        return pools.pool(request.pool())
                .map(client -> {
                    PoolStatus now = client.status();
                    try {
                        return admin().resize(
                                request.pool(),
                                Objects.requireNonNullElse(request.size(), now.size()),
                                Objects.requireNonNullElse(request.maxOverflow(), now.maxOverflow()));
                    } catch (IllegalArgumentException outOfRange) {
                        throw Refusal.of(String.valueOf(outOfRange.getMessage()));
                    }
                })
                .orElse(false);
    }
}
