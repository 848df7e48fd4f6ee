package io.github.ppool.spring.boot.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.ClusterOperations;
import io.github.ppool.spring.boot.DurableOperations;
import io.github.ppool.spring.boot.HistoryMode;
import io.github.ppool.spring.boot.ObservedPools;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.time.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import tools.jackson.databind.json.JsonMapper;

/** A snapshot of a hundred pools of a hundred workers, with a whole history of an uneven load, fits into 100 kB. */
class SnapshotSizeTest {

    private static final int POOLS = 100;
    private static final int WORKERS = 100;
    private static final int MOST_BYTES = 100_000;

    private final ManualClock clock = new ManualClock();
    private final ProcessSystem system = new ProcessSystem();
    private final WaitMeter waits = new WaitMeter();
    private final Journal journal = new Journal(clock, () -> Instant.EPOCH, false);
    private final Pools pools;
    private final History history;
    private final Observer observer;

    SnapshotSizeTest() throws InterruptedException {
        pools = new ObservedPools(Pools.start(system), List::of,
                () -> List.of(new PoolJournal(journal, waits)), List::of);
        history = new History(() -> pools, clock, waits, journal, HistoryMode.NEVER); // sampled by the test
        StaticListableBeanFactory nothing = new StaticListableBeanFactory();
        observer = new Observer("reminders", pools, nothing.getBeanProvider(SupervisionTrees.class),
                nothing.getBeanProvider(ClusterOperations.class), nothing.getBeanProvider(DurableOperations.class),
                journal, history, Set::of);
    }

    @AfterEach
    void close() {
        pools.close();
        system.close();
    }

    @Test
    void a_snapshot_of_a_hundred_pools_of_a_hundred_workers_has_100_kB_at_most() {
        waits.watch(true);
        Random random = new Random(1);
        List<PoolClient<StringBuilder>> all = new ArrayList<>();
        for (int i = 0; i < POOLS; i++) {
            all.add(pools.startPool(PoolSpec.builder("orders-eu-" + i, StringBuilder::new).size(WORKERS).build()));
        }
        await().until(() -> all.stream().allMatch(pool -> pool.status().available() == WORKERS));
        List<Lease<StringBuilder>> held = new ArrayList<>();
        for (int second = 0; second < Series.LENGTH; second++) {
            for (PoolClient<StringBuilder> pool : all) {
                int more = random.nextInt(3);
                for (int i = 0; i < more; i++) {
                    held.add(pool.checkout());
                }
                waits.served(pool.name(), Duration.ofNanos(random.nextInt(3_000_000)));
            }
            while (held.size() > POOLS * 30) {
                held.remove(random.nextInt(held.size())).close();
            }
            history.sample();
            clock.advance(History.EVERY);
        }
        Snapshot first = look(null);
        assertThat(first.pools()).hasSize(POOLS)
                .allSatisfy(pool -> assertThat(pool.samples().points()).isGreaterThanOrEqualTo(10))
                .allSatisfy(pool -> assertThat(pool.workers().total()).isEqualTo(WORKERS));
        assertThat(bytes(first)).isLessThan(MOST_BYTES);
        Snapshot next = look(first.sequence() - 2);
        assertThat(next.pools()).allSatisfy(pool -> assertThat(pool.samples().points()).isEqualTo(2));
        assertThat(bytes(next)).isLessThan(bytes(first));
        held.forEach(Lease::close);
    }

    private Snapshot look(@Nullable Long since) {
        return observer.look(new Observer.Question(since, null, 10, 0, false));
    }

    /** As the endpoint writes it: without nulls. */
    private static int bytes(Snapshot snapshot) {
        return JsonMapper.builder()
                .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.NON_NULL))
                .build()
                .writeValueAsString(snapshot).getBytes(StandardCharsets.UTF_8).length;
    }
}
