package io.github.ppool.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.ClusterBroadcast;
import io.github.ppool.cluster.store.LeaseSession;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.cluster.store.MemoryLeaseStore;
import io.github.ppool.pool.Rate;
import io.github.ppool.pool.RateShare;
import io.github.ppool.pool.SharedRate;
import io.github.ppool.time.MonotonicClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A driver leaves the interrupt flag of the calling thread set. No thread of a node may spin for that. */
@Timeout(60)
class LeftInterruptsTest {

    private final MemoryLeaseStore memory = new MemoryLeaseStore(MonotonicClock.system());
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger parks = new AtomicInteger();
    /** Waits of threads that are interrupted already: such a wait returns at once. */
    private final AtomicInteger vainParks = new AtomicInteger();
    private final LeaseStore store = timeout -> leavingInterrupts(memory.open(timeout));
    private final MonotonicClock clock = counting(MonotonicClock.system());

    private static Object call(java.lang.reflect.Method method, Object behind, Object[] arguments) throws Throwable {
        try {
            return method.invoke(behind, arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }

    private LeaseSession leavingInterrupts(LeaseSession behind) {
        return (LeaseSession) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[]{LeaseSession.class},
                (proxy, method, arguments) -> {
                    Object answer = call(method, behind, arguments);
                    calls.incrementAndGet();
                    Thread.currentThread().interrupt();
                    return answer;
                });
    }

    private MonotonicClock counting(MonotonicClock behind) {
        return (MonotonicClock) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[]{MonotonicClock.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("parkUntil")) {
                        parks.incrementAndGet();
                        if (Thread.currentThread().isInterrupted()) {
                            vainParks.incrementAndGet();
                        }
                    }
                    return call(method, behind, arguments);
                });
    }

    private static final class Idle implements PermitUser {
        @Override
        public int wanted() {
            return 1;
        }

        @Override
        public int idle() {
            return 0;
        }

        @Override
        public void available() {}

        @Override
        public int giveBack(int count) {
            return 0;
        }

        @Override
        public void lost() {}
    }

    /** The share of a pool that wants more than it has, at each look. */
    private static final class Greedy implements RateShare {
        @Override
        public String pool() {
            return "mail";
        }

        @Override
        public Use use() {
            return new Use(0, 0, 1, true);
        }

        @Override
        public void grant(int count, long untilNanos) {}

        @Override
        public List<Used> giveBack(int count) {
            return List.of();
        }
    }

    @Test
    void the_heartbeat_and_the_desks_wait_for_their_time() {
        LeaseSettings settings = new LeaseSettings("n", Duration.ofSeconds(3), Duration.ZERO);
        NodeLease lease = new NodeLease(store, clock, settings);
        LeasedPermitDesk desk = new LeasedPermitDesk(store, lease, clock);
        RateDesk rates = new RateDesk(store, clock, settings);
        BroadcastDesk broadcasts = new BroadcastDesk(store, lease, clock, key -> null);
        try {
            desk.start();
            lease.start();
            rates.start();
            broadcasts.start();
            CompletableFuture<ClusterBroadcast> sent = broadcasts
                    .send(new BroadcastKey("mail", "reload"), null, Duration.ofSeconds(30)).toCompletableFuture();
            desk.open("mail", 1, new Idle()).wantedChanged();
            SharedRate rate = new PoolRates(rates).rate("mail", Rate.parse("1/1h"));
            rate.opened(new Greedy());
            await().atMost(Duration.ofSeconds(50)).until(() -> calls.get() >= 12 && sent.isDone());
            assertThat(parks).hasPositiveValue();
            assertThat(lease.self().held()).isTrue();
            assertThat(vainParks).hasValue(0);
        } finally {
            broadcasts.stop();
            rates.stop();
            lease.stop();
            desk.stop();
        }
    }
}
