package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.PoolAdmin;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolGroup;
import io.github.ppool.pool.PoolInterruptedException;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Pools;
import java.security.Principal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;
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

    /** Publishes and logs an action that had an effect, with the action's parameters and the changed members. */
    void audit(@Nullable Principal principal, ChangeRequest request, List<ActionParameter> parameters,
            @Nullable List<String> members) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("pool", request.pool());
        data.put("action", request.action());
        for (ActionParameter parameter : parameters) {
            Object value = parameter.of(request);
            if (value != null) {
                data.put(parameter.key(), value.toString());
            }
        }
        if (members != null) {
            data.put("members", String.join(", ", members));
        }
        audit(principal, data);
    }

    /** Publishes and logs an action that had an effect. */
    void audit(@Nullable Principal principal, Map<String, @Nullable Object> data) {
        String name = principal == null ? null : principal.getName();
        logger.info("an operator{} has changed {}", name == null ? "" : " (" + name + ")", data.toString());
        AuditApplicationEvent event = new AuditApplicationEvent(new AuditEvent(name, AUDIT_TYPE, data));
        ForeignCode.tell("A listener of the audit event", () -> events.publishEvent(event)); // the action is done
    }

    /**
     * Acts on each member of a group that exists, also after a failure with others.
     *
     * @param action returns false if it changed nothing of the pool with the given name
     * @return the result, with the members that were changed and those that refused
     */
    ChangeDescriptor onMembers(PoolGroup<?> group, BiPredicate<PoolAdmin, String> action, ChangeRequest request) {
        List<String> changed = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (String member : group.spec().members()) {
            try {
                if (action.test(admin(), member)) {
                    changed.add(member);
                }
            } catch (PoolException refused) {
                logger.warn("the action {} on the group '{}' has failed for its member '{}': {}", request.action(),
                        group.name(), member, FailureText.of(refused));
                failed.add(member + ": " + refused.getClass().getSimpleName());
                if (refused instanceof PoolInterruptedException) {
                    break; // each further call would be interrupted, too
                }
            }
        }
        return ChangeDescriptor.ofGroup(request, changed, failed.isEmpty() ? null : String.join(", ", failed));
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
