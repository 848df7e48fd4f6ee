package io.github.ppool.test.cluster;

import io.github.ppool.cluster.store.LeaseSession;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.cluster.store.LeaseStoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;

/** The store as one node reaches it. A test cuts the way to it. */
final class NodeStore implements LeaseStore {

    private final String node;
    private final LeaseStore store;
    private final NodeClock clock;
    private volatile boolean cut;

    NodeStore(String node, LeaseStore store, NodeClock clock) {
        this.node = node;
        this.store = store;
        this.clock = clock;
    }

    void cut(boolean now) {
        cut = now;
    }

    private void pass() {
        clock.awaitThaw();
        if (cut) {
            throw new LeaseStoreException("the test has cut the node '" + node + "' off", null);
        }
    }

    @Override
    public LeaseSession open(Duration timeout) {
        pass();
        LeaseSession session = store.open(timeout);
        return (LeaseSession) Proxy.newProxyInstance(
                NodeStore.class.getClassLoader(), new Class<?>[]{LeaseSession.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("close")) {
                        pass();
                    }
                    try {
                        return method.invoke(session, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getTargetException();
                    }
                });
    }
}
