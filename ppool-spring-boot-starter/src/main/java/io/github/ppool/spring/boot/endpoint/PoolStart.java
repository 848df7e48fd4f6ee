package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.pool.PoolNotReadyException;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.spring.boot.PoolStarts;
import io.github.ppool.spring.boot.SafeReason;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/** The action that starts a pool. */
final class PoolStart {

    private final ObjectProvider<PoolStarts> starts;
    private final Predicate<String> isTree;

    PoolStart(ObjectProvider<PoolStarts> starts, Predicate<String> isTree) {
        this.starts = starts;
        this.isTree = isTree;
    }

    /**
     * Starts a pool.
     *
     * @return false if the pool is not known and the request has no settings for it
     */
    boolean start(ChangeRequest request) {
        String pool = request.pool();
        PoolStarts available = starts.getIfUnique();
        if (available == null) {
            throw Refusal.of("pools can't be started here: there is no bean that reads their settings");
        }
        if (isTree.test(pool)) {
            throw Refusal.of("there is a supervision tree '" + pool + "' already");
        }
        Map<String, Object> settings = RequestSettings.read(request.settings());
        if (request.worker() != null) {
            RequestSettings.requireBounded("worker", request.worker());
        }
        put(settings, "worker", request.worker());
        put(settings, "size", request.size());
        put(settings, "max-overflow", request.maxOverflow());
        if (settings.isEmpty() && !available.isKnown(pool)) {
            return false;
        }
        try {
            available.start(pool, settings);
            return true;
        } catch (PoolStoppedException stopped) {
            // Its message may contain the message of an exception of the application.
            Throwable cause = stopped.getCause();
            throw Refusal.of("the pool can't be started"
                    + (cause == null
                            ? ": the pools, or the supervisor of this one, were stopped"
                            : ": " + SafeReason.of(cause)));
        } catch (PoolNotReadyException notReady) {
            Throwable cause = notReady.getCause();
            throw Refusal.of("the pool can't be started, since fail-fast is set: its first workers could not be made"
                    + (cause == null ? " in time" : ": " + SafeReason.of(cause)));
        } catch (IllegalArgumentException | IllegalStateException refused) {
            throw Refusal.of(String.valueOf(refused.getMessage()));
        }
    }

    private static void put(Map<String, Object> settings, String key, @Nullable Object value) {
        if (value != null && settings.put(key, value) != null) {
            throw Refusal.of(key + " must be said once: it is in the settings too");
        }
    }
}
