package io.github.ppool.spring.boot;

import io.github.ppool.pool.PoolTaskDecorator;
import io.github.ppool.pool.WorkerFunction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several decorators as one. The first decorator is the outermost. The decorators capture the context of the caller
 * in their order.
 */
final class DecoratorGroup implements PoolTaskDecorator {

    /** The decorators, the innermost first. */
    private final List<PoolTaskDecorator> fromWithin;

    private DecoratorGroup(List<PoolTaskDecorator> fromWithin) {
        this.fromWithin = fromWithin;
    }

    /**
     * Combines the decorator of a specification with those of the application. The own decorator is the innermost. A
     * group is returned as it is: a pool that is started again has a group already.
     */
    @SuppressWarnings("ReferenceEquality") // a decorator may define equality as it likes
    static PoolTaskDecorator of(PoolTaskDecorator own, List<PoolTaskDecorator> others) {
        if (others.isEmpty() || own instanceof DecoratorGroup) {
            return own;
        }
        List<PoolTaskDecorator> fromWithin = new ArrayList<>();
        if (own != PoolTaskDecorator.NONE) {
            fromWithin.add(own);
        }
        fromWithin.addAll(others.reversed());
        return new DecoratorGroup(List.copyOf(fromWithin));
    }

    @Override
    public <W, R extends @Nullable Object> WorkerFunction<W, R, ?> decorate(
            String pool, WorkerFunction<W, R, ?> task) {
        WorkerFunction<W, R, ?> decorated = task;
        for (PoolTaskDecorator decorator : fromWithin) {
            decorated = decorator.decorate(pool, decorated);
        }
        return decorated;
    }
}
