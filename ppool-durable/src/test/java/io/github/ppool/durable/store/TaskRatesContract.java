package io.github.ppool.durable.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.durable.store.Claim.Kind;
import io.github.ppool.durable.store.Claim.Rates;
import io.github.ppool.pool.Rate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rates and partitions. */
@Timeout(60)
abstract class TaskRatesContract extends TaskStoreFixture {

    private static final Rates TURNS = new Rates(null, null);

    TaskRatesContract(TaskDatabases database) {
        super(database);
    }

    private Claimed claim(int limit, Rates rates) {
        return store.claim(new Claim(A, "smtp", Set.of(MAIL), limit, rates));
    }

    private static Rates rates(int pool, Duration time, int partition, Duration partitionTime) {
        return new Rates(
                pool == 0 ? null : Rate.of(pool, time), partition == 0 ? null : Rate.of(partition, partitionTime));
    }

    private static List<@Nullable String> partitions(Claimed claimed) {
        return claimed.tasks().stream().map(ClaimedTask::partition).toList();
    }

    private static long within(List<Instant> begins, Instant end, Duration time) {
        return begins.stream().filter(begin -> begin.isAfter(end.minus(time)) && !begin.isAfter(end)).count();
    }

    @RepeatedTest(3)
    void in_no_window_more_tasks_begin_than_the_rate_says(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        int most = 5 + random.nextInt(20);
        Rates rates = rates(most, MINUTE, 0, MINUTE);
        insert(1_000, mail());
        List<Instant> begins = new ArrayList<>();
        Instant end = START.plus(Duration.ofMinutes(10));
        while (now.isBefore(end)) {
            Claimed claimed = claim(1 + random.nextInt(8), rates);
            claimed.tasks().forEach(task -> begins.add(now));
            if (claimed.pause() != null) {
                assertThat(claimed.pause()).isPositive();
                now = random.nextBoolean() ? now.plus(claimed.pause()) : now.plusMillis(random.nextInt(3_000));
            } else {
                now = now.plusMillis(random.nextInt(1_000));
            }
        }
        for (Instant begin : begins) {
            assertThat(within(begins, begin, MINUTE)).isLessThanOrEqualTo(most);
        }
        assertThat(begins).hasSizeBetween(most * 9, most * 10);
    }

    @Test
    void the_pause_is_the_time_until_the_next_task() {
        insert(5, mail());
        Rates rates = rates(2, MINUTE, 0, MINUTE);
        Claimed first = claim(5, rates);
        assertThat(first.tasks()).hasSize(2);
        assertThat(first.pause()).isEqualTo(Duration.ofSeconds(61));
        pass(Duration.ofSeconds(60));
        assertThat(claim(5, rates)).isEqualTo(new Claimed(List.of(), Duration.ofSeconds(1)));
        pass(Duration.ofSeconds(1));
        assertThat(claim(1, rates).tasks()).hasSize(1);
        assertThat(claim(1, rates).tasks()).hasSize(1);
        assertThat(claim(1, rates).tasks()).isEmpty();
    }

    @Test
    void a_claim_that_the_rate_does_not_hold_back_has_no_pause() {
        insert(2, mail());
        assertThat(claim(5, rates(5, MINUTE, 0, MINUTE)).pause()).isNull();
        assertThat(claim(5, rates(5, MINUTE, 0, MINUTE)).pause()).isNull();
    }

    @RepeatedTest(2)
    void partitions_are_served_in_turns(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<NewTask> tasks = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            tasks.add(of("big"));
        }
        for (String partition : List.of("a", "b", "c", "d")) {
            tasks.addAll(Collections.nCopies(60, of(partition)));
        }
        tasks.addAll(Collections.nCopies(60, mail()));
        store.insert(tasks);
        Map<String, Integer> counts = new HashMap<>();
        while (counts.values().stream().mapToInt(Integer::intValue).sum() < 300) {
            partitions(claim(1 + random.nextInt(9), TURNS))
                    .forEach(partition -> counts.merge(String.valueOf(partition), 1, Integer::sum));
            if (counts.size() == 6) {
                int least = Collections.min(counts.values());
                assertThat(counts.values()).allMatch(count -> count - least <= 1);
            }
        }
    }

    @Test
    void a_blocked_partition_does_not_block_others() {
        store.insert(List.of(of("a"), of("a"), of("a"), of("b"), of("b"), of("c"), mail()));
        Rates rates = rates(0, MINUTE, 1, MINUTE);
        Claimed first = claim(10, rates);
        assertThat(partitions(first)).containsExactly("a", "b", "c", null);
        assertThat(first.pause()).isEqualTo(Duration.ofSeconds(61));
        store.insert(List.of(of("d"), of("c")));
        assertThat(partitions(claim(10, rates))).containsExactly("d");
        Claimed blocked = claim(10, rates);
        assertThat(blocked.tasks()).isEmpty();
        assertThat(blocked.pause()).isEqualTo(Duration.ofSeconds(61));
        pass(Duration.ofSeconds(61));
        assertThat(partitions(claim(10, rates))).containsExactlyInAnyOrder("a", "b", "c");
        pass(Duration.ofHours(1));
        assertThat(partitions(claim(10, rates))).containsExactly("a");
        assertThat(jdbc.queryForList(sql("select partition_key from ppool_rate order by 1"), String.class))
                .containsExactly("", "a");
    }

    @RepeatedTest(2)
    void the_rates_of_pool_and_partitions_hold_together(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition() + 10L);
        List<NewTask> tasks = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            tasks.add(of("p" + random.nextInt(6)));
        }
        store.insert(tasks);
        Rates rates = rates(20, MINUTE, 4, Duration.ofSeconds(20));
        List<Instant> begins = new ArrayList<>();
        Map<String, List<Instant>> each = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            Claimed claimed = claim(1 + random.nextInt(6), rates);
            for (ClaimedTask task : claimed.tasks()) {
                begins.add(now);
                each.computeIfAbsent(task.partition(), partition -> new ArrayList<>()).add(now);
            }
            pass(Duration.ofMillis(random.nextInt(1_500)));
        }
        assertThat(begins).hasSizeGreaterThan(50);
        for (Instant begin : begins) {
            assertThat(within(begins, begin, MINUTE)).isLessThanOrEqualTo(20);
            each.values().forEach(times -> assertThat(within(times, begin, Duration.ofSeconds(20)))
                    .isLessThanOrEqualTo(4));
        }
    }

    @Test
    void many_partitions_have_one_turn_each() {
        List<NewTask> tasks = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            tasks.add(of("p" + i));
            tasks.add(of("p" + i));
        }
        store.insert(tasks);
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            partitions(claim(7, TURNS)).forEach(partition -> counts.merge(partition, 1, Integer::sum));
        }
        assertThat(counts).hasSize(700);
        assertThat(counts.values()).containsOnly(1);
    }

    @Test
    void many_blocked_partitions_hide_none_that_is_free() {
        List<NewTask> tasks = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            tasks.add(of("p" + i));
            tasks.add(of("p" + i));
        }
        store.insert(tasks);
        Rates rates = rates(0, MINUTE, 1, MINUTE);
        int first = 0;
        while (first < 600) {
            first += claim(50, rates).tasks().size();
        }
        insert(of("q"));
        List<String> found = new ArrayList<>();
        for (int i = 0; i < 50 && found.isEmpty(); i++) {
            Claimed claimed = claim(1, rates);
            found.addAll(partitions(claimed));
            if (found.isEmpty()) {
                assertThat(claimed.pause()).isZero();
            }
        }
        assertThat(found).containsExactly("q");
    }

    @Test
    void unknown_kinds_block_no_partition() {
        store.insert(List.of(
                new NewTask("smtp", "mail", 2, null, "a", 0, MINUTE, null, null, "{}", null),
                new NewTask("smtp", "sms", 1, null, "b", 0, MINUTE, null, null, "{}", null),
                of("a"), of("c"), mail()));
        assertThat(partitions(claim(10, TURNS))).containsExactly("a", "c", null);
        assertThat(claim(10, TURNS)).isEqualTo(new Claimed(List.of(), null));
        assertThat(
                store.claim(new Claim(A, "smtp", Set.of(new Kind("mail", 2), new Kind("sms", 1)), 10, TURNS)).tasks())
                .hasSize(2);
    }

    @Test
    void tasks_with_partitions_are_claimed_without_rates_too() {
        store.insert(List.of(of("a"), of("a"), of("b"), mail()));
        assertThat(claim(A, 2)).extracting(ClaimedTask::partition).containsExactly(null, "a");
        assertThat(claim(A, 10)).extracting(ClaimedTask::partition).containsExactly("b", "a");
    }

    @Test
    void within_a_partition_the_order_is_that_of_the_pool() {
        long low = insert(of("a"));
        pass(Duration.ofSeconds(1));
        long high = store.insert(List.of(
                new NewTask("smtp", "mail", 1, null, "a", 1, MINUTE, null, null, "{}", null))).get(0).id();
        assertThat(claim(1, TURNS).tasks()).extracting(ClaimedTask::id).containsExactly(high);
        assertThat(claim(1, TURNS).tasks()).extracting(ClaimedTask::id).containsExactly(low);
    }

    @Test
    void several_nodes_keep_to_the_rate_together() throws Exception {
        insert(200, mail());
        Rates rates = rates(30, MINUTE, 0, MINUTE);
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            List<Long> all = new ArrayList<>();
            for (Future<List<Long>> done : threads.invokeAll(IntStream.range(0, 30)
                    .<Callable<List<Long>>>mapToObj(i -> () -> ids(claim(3, rates).tasks()))
                    .toList())) {
                all.addAll(done.get());
            }
            assertThat(all).hasSize(30).doesNotHaveDuplicates();
        } finally {
            threads.shutdownNow();
        }
    }
}
