package io.github.ppool.cluster.health;

import io.github.ppool.cluster.store.LeaseSession;
import io.github.ppool.cluster.store.LeaseStoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A session that fails while the database is away.
 *
 * @param behind the session behind it
 * @param away true while the database is away
 */
record BreakableSession(LeaseSession behind, AtomicBoolean away) {

    LeaseSession asSession() {
        return (LeaseSession) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[]{LeaseSession.class}, (proxy, method, arguments) -> {
                    if (away.get()) {
                        throw new LeaseStoreException("away", null);
                    }
                    try {
                        return method.invoke(behind, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }
}
