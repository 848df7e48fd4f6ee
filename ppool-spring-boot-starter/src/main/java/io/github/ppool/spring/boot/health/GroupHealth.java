package io.github.ppool.spring.boot.health;

import io.github.ppool.pool.GroupStatus;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** The health of a group of pools, derived from that of its members. */
final class GroupHealth {

    private GroupHealth() {}

    /**
     * The health of a group: {@code UP} while one member is. Otherwise that of the member that serves best.
     *
     * @param memberHealth the health of a pool by its name; null if there is no such pool
     */
    static Health of(GroupStatus status, Function<String, @Nullable Health> memberHealth) {
        Map<String, Object> members = new LinkedHashMap<>();
        Status best = Status.DOWN;
        for (GroupStatus.Member member : status.members()) {
            Health own = memberHealth.apply(member.pool());
            Status now = own == null ? Status.DOWN : own.getStatus();
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("status", now.getCode());
            details.put("passedOver", member.passedOver() != null);
            details.putAll(own == null ? Map.of() : own.getDetails());
            members.put(member.pool(), details);
            best = rank(now) < rank(best) ? now : best;
        }
        return Health.status(best)
                .withDetail("strategy", status.spec().strategy().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .withDetail("queueDepth", status.total().queueDepth())
                .withDetail("members", members)
                .build();
    }

    private static int rank(Status status) {
        if (status.equals(Status.UP)) {
            return 0;
        }
        return status.equals(PoolHealth.DEGRADED) ? 1 : status.equals(Status.OUT_OF_SERVICE) ? 2 : 3;
    }
}
