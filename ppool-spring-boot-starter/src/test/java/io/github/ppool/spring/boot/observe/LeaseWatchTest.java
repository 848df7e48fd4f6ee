package io.github.ppool.spring.boot.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolInspection;
import io.github.ppool.pool.PoolInspection.Activity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LeaseWatchTest {

    private final LeaseWatch watch = new LeaseWatch();

    private Map<String, Long> look(String pool, long atMillis, long lease, Activity activity) {
        return watch.sinceMillis(pool, new PoolInspection(
                List.of(new PoolInspection.Worker("mail/1", null, activity, null, null, lease, null)), 1, List.of(), 0),
                atMillis * 1_000_000);
    }

    @Test
    void a_worker_is_known_since_the_first_look_at_its_lease() {
        assertThat(look("mail", 1_000, 4, Activity.BORROWED)).isEmpty();
        assertThat(look("mail", 2_500, 4, Activity.BORROWED)).containsExactly(Map.entry("mail/1", 1_500L));
        assertThat(look("mail", 3_000, 8, Activity.BORROWED)).isEmpty();
        assertThat(look("mail", 3_100, 8, Activity.STOPPING)).isEmpty();
        assertThat(look("mail", 3_200, 8, Activity.STOPPING)).containsExactly(Map.entry("mail/1", 100L));
    }

    @Test
    void the_pools_that_were_looked_at_last_are_remembered() {
        look("first", 0, 4, Activity.IDLE);
        for (int i = 0; i < LeaseWatch.MOST_POOLS; i++) {
            look("pool" + i, 0, 4, Activity.IDLE);
        }
        assertThat(look("first", 1_000, 4, Activity.IDLE)).isEmpty();
        assertThat(look("pool5", 1_000, 4, Activity.IDLE)).containsExactly(Map.entry("mail/1", 1_000L));
    }
}
