package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.genserver.ServerExitedException;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.Pid;
import io.github.ppool.supervisor.ChildCounts;
import io.github.ppool.supervisor.ChildInfo;
import io.github.ppool.supervisor.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.context.ApplicationEventPublisher;

/**
 * The supervision tree of the pools: all pools, one pool, and what OTP's {@code which_children} and {@code count_children} say
 * about its supervisor. Where the operator has opened it ({@code management.endpoint.ppool.access=unrestricted}), pools can also be
 * changed; each change is published as an {@code AuditApplicationEvent}. Nothing in its answers comes from a worker: neither its {@code toString} nor the message of an
 * exception.
 */
@Endpoint(id = "ppool", defaultAccess = Access.READ_ONLY)
public class PoolEndpoint {

    /** How many children an answer has at most unless it was asked for more. */
    static final int PAGE = 100;

    private final Pools pools;
    private final PoolControl control;

    /**
     * Makes the endpoint.
     *
     * @param pools whose state to tell
     * @param events who is told of changes
     */
    public PoolEndpoint(Pools pools, ApplicationEventPublisher events) {
        this.pools = pools;
        this.control = new PoolControl(pools, events);
    }

    /**
     * All pools in short.
     *
     * @return in alphabetical order
     */
    @ReadOperation
    public PoolsDescriptor pools() {
        List<PoolDescriptor> all = pools.names().stream()
                .flatMap(name -> Optional.ofNullable(pool(name)).stream())
                .toList();
        Pid tree = pools.supervisor();
        return new PoolsDescriptor(
                new TreeDescriptor(PidText.of(tree), tree.isAlive()), pools.system().orphanCount(), all);
    }

    /**
     * One pool.
     *
     * @param pool its name
     * @return null if there is no such pool
     */
    @ReadOperation
    public @Nullable PoolDescriptor pool(@Selector String pool) {
        return pools.pool(pool)
                .map(PoolClient::status)
                .map(status -> PoolDescriptor.of(status, pools.supervisor(pool)))
                .orElse(null);
    }

    /**
     * What the supervisor of a pool says about its children.
     *
     * @param pool the name of the pool
     * @param view {@code which_children} or {@code count_children}
     * @param skip how many children to leave out first, none unless set
     * @param limit how many children to show at most, 100 unless set
     * @return null if there is no such pool
     * @throws InvalidEndpointRequestException if there is no such view, or skip or limit is negative
     */
    @ReadOperation
    public @Nullable Object children(
            @Selector String pool, @Selector String view, @Nullable Integer skip, @Nullable Integer limit) {
        int from = notNegative("skip", Objects.requireNonNullElse(skip, 0));
        int atMost = notNegative("limit", Objects.requireNonNullElse(limit, PAGE));
        if (!view.equals("which_children") && !view.equals("count_children")) {
            String reason = "view must be which_children or count_children, got: " + view;
            throw new InvalidEndpointRequestException(reason, reason);
        }
        if (pools.pool(pool).isEmpty()) {
            return null;
        }
        Optional<Supervisor> supervisor = pools.supervisor(pool).map(pid -> Supervisor.of(pools.system(), pid));
        try {
            return view.equals("which_children")
                    ? whichChildren(pool, supervisor, from, atMost)
                    : countChildren(pool, supervisor);
        } catch (ServerExitedException ended) {
            // It gave up or was stopped between two questions: as if it had not been there at the first.
            return view.equals("which_children")
                    ? new ChildrenDescriptor(pool, 0, from, List.of())
                    : new CountsDescriptor(pool, 0, 0, 0, 0);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking the supervisor of the pool '" + pool + "'",
                    interrupted);
        }
    }

    /**
     * Changes a pool.
     *
     * @param security who asks
     * @param pool its name
     * @param action {@code suspend}, {@code resume}, {@code restart} (a pool that has given up), {@code resize} or {@code stop}
     * @param size for {@code resize}: the new size, as it is unless set
     * @param maxOverflow for {@code resize}: the new max-overflow, as it is unless set
     * @param drain for {@code stop}: how long borrowers and tasks may take, no time unless set
     * @return what came of it, null if there is no such pool
     * @throws InvalidEndpointRequestException if there is no such action, or a value is out of range; nothing is changed
     */
    @WriteOperation
    public @Nullable ChangeDescriptor change(
            SecurityContext security,
            @Selector String pool,
            String action,
            @Nullable Integer size,
            @Nullable Integer maxOverflow,
            @Nullable Duration drain) {
        if (pools.pool(pool).isEmpty()) {
            return null;
        }
        boolean changed = control.change(security.getPrincipal(), pool, action, size, maxOverflow, drain);
        return new ChangeDescriptor(pool, action, changed);
    }

    private static ChildrenDescriptor whichChildren(String pool, Optional<Supervisor> supervisor, int skip, int limit)
            throws InterruptedException {
        if (supervisor.isEmpty()) {
            return new ChildrenDescriptor(pool, 0, skip, List.of());
        }
        ChildCounts counts = supervisor.get().countChildren();
        List<ChildInfo> children = supervisor.get().whichChildren(skip, limit);
        return new ChildrenDescriptor(
                pool,
                counts.supervisors() + counts.workers(),
                skip,
                children.stream().map(ChildDescriptor::of).toList());
    }

    private static CountsDescriptor countChildren(String pool, Optional<Supervisor> supervisor)
            throws InterruptedException {
        if (supervisor.isEmpty()) {
            return new CountsDescriptor(pool, 0, 0, 0, 0);
        }
        ChildCounts counts = supervisor.get().countChildren();
        return new CountsDescriptor(pool, counts.specs(), counts.active(), counts.supervisors(), counts.workers());
    }

    private static int notNegative(String name, int value) {
        if (value < 0) {
            String reason = name + " must not be negative, got: " + value;
            throw new InvalidEndpointRequestException(reason, reason);
        }
        return value;
    }
}
