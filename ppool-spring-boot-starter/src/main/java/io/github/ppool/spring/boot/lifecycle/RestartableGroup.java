package io.github.ppool.spring.boot.lifecycle;

import io.github.ppool.pool.GroupStatus;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolGroup;
import io.github.ppool.pool.PoolGroupSpec;
import io.github.ppool.pool.PoolInspection;
import io.github.ppool.pool.PoolStatus;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The group of pools that the starter injects. The group and its members are started with the application, or by the
 * first use if that is earlier.
 *
 * @param <W> the type of the workers
 */
final class RestartableGroup<W> extends RestartablePoolClient<W> implements PoolGroup<W> {

    private final PoolGroupSpec spec;

    RestartableGroup(PoolGroupSpec spec, Supplier<PoolClient<W>> start) {
        super(spec.name(), start);
        this.spec = spec;
    }

    private PoolGroup<W> group() {
        return (PoolGroup<W>) client();
    }

    @Override
    public PoolGroupSpec spec() {
        return spec;
    }

    @Override
    public GroupStatus groupStatus() {
        return group().groupStatus();
    }

    @Override
    public Optional<PoolClient<W>> member(String name) {
        return group().member(name);
    }

    @Override
    public List<PoolInspection.Waiting> waiting(int most) {
        return group().waiting(most);
    }

    @Override
    public PoolStatus status() {
        return client().status();
    }

    @Override
    public String toString() {
        return "group '" + name() + "'";
    }
}
