package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Pools;
import java.security.Principal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.context.ApplicationEventPublisher;

/** What an operator can do with a pool. Everything that was done is published as an audit event. */
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

    /**
     * Does something with a pool that exists.
     *
     * @return whether it changed anything
     */
    boolean change(
            @Nullable Principal principal,
            String pool,
            String action,
            @Nullable Integer size,
            @Nullable Integer maxOverflow,
            @Nullable Duration drain) {
        boolean changed = switch (action) {
            case "suspend" -> pools.admin().suspend(pool);
            case "resume" -> pools.admin().resume(pool);
            case "restart" -> pools.admin().restartPool(pool);
            case "resize" -> resize(pool, size, maxOverflow);
            case "stop" -> pools.stopPool(pool, Objects.requireNonNullElse(drain, Duration.ZERO));
            default -> throw ChildControl.unknown(action);
        };
        if (changed) {
            Map<String, @Nullable Object> data = new LinkedHashMap<>();
            put(data, "size", size);
            put(data, "maxOverflow", maxOverflow);
            put(data, "drain", drain);
            audit(principal, pool, action, data);
        }
        return changed;
    }

    /** Tells of something that was done. */
    void audit(@Nullable Principal principal, String pool, String action, Map<String, @Nullable Object> more) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("pool", pool);
        data.put("action", action);
        more.forEach((key, value) -> put(data, key, value));
        String name = principal == null ? null : principal.getName();
        logger.info("an operator{} has changed {}", name == null ? "" : " (" + name + ")", data.toString());
        events.publishEvent(new AuditApplicationEvent(new AuditEvent(name, AUDIT_TYPE, data)));
    }

    private boolean resize(String pool, @Nullable Integer size, @Nullable Integer maxOverflow) {
        if (size == null && maxOverflow == null) {
            throw refused("resize must have a size or a maxOverflow");
        }
        return pools.pool(pool)
                .map(client -> {
                    PoolStatus now = client.status();
                    try {
                        return pools.admin().resize(
                                pool,
                                Objects.requireNonNullElse(size, now.size()),
                                Objects.requireNonNullElse(maxOverflow, now.maxOverflow()));
                    } catch (IllegalArgumentException outOfRange) {
                        throw refused(String.valueOf(outOfRange.getMessage()));
                    }
                })
                .orElse(false);
    }

    private static void put(Map<String, @Nullable Object> data, String key, @Nullable Object value) {
        if (value != null) {
            data.put(key, value.toString());
        }
    }

    static InvalidEndpointRequestException refused(String reason) {
        return new InvalidEndpointRequestException(reason, reason);
    }
}
