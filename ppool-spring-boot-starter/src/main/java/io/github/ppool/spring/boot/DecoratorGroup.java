package io.github.ppool.spring.boot;

import io.github.ppool.pool.PoolTaskDecorator;
import io.github.ppool.pool.WorkerFunction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several decorators as one. The first is the outermost; all take what they need from the caller in their order. */
final class DecoratorGroup implements PoolTaskDecorator {

    /** The innermost first. */
    private final List<PoolTaskDecorator> fromWithin;

    private DecoratorGroup(List<PoolTaskDecorator> fromWithin) {
        this.fromWithin = fromWithin;
    }

    /**
     * One's own decorator innermost; a group that is started again (its pool was stopped meanwhile) is not put into
     * another one.
     */
    @SuppressWarnings("ReferenceEquality") // a decorator may say what it likes of another one
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
