package io.github.ppool.spring.boot.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolState;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.TaskWaits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PoolHistoryTest {

    private final PoolHistory history = new PoolHistory();

    static PoolStatus status(int busy, int queue, long checkouts) {
        return new PoolStatus("mail", PoolPhase.RUNNING, PoolState.READY, 10 - busy, 0, busy, 10, 0, busy, 0, 0, 0, 0,
                queue, 1_000, Duration.ZERO, checkouts, null);
    }

    private static @Nullable Histogram waits(long... micros) {
        Histogram waits = new Histogram(2);
        Arrays.stream(micros).forEach(waits::recordValue);
        return waits;
    }

    private void sample(long sequence, int busy, int queue, long checkouts, @Nullable Histogram waits) {
        history.sample(sequence, status(busy, queue, checkouts), 0, waits, null);
    }

    @Test
    void the_points_of_each_second_are_those_of_the_model() {
        Random random = new Random(5);
        List<int[]> model = new ArrayList<>();
        long checkouts = 1_000;
        long sequence = 100;
        for (int step = 0; step < 3_000; step++) {
            int busy = random.nextInt(4) * random.nextInt(3);
            int queue = random.nextInt(10) == 0 ? random.nextInt(100) : 0;
            int given = step == 0 ? 0 : random.nextInt(50);
            checkouts += given;
            sample(sequence, busy, queue, checkouts, null);
            model.add(new int[]{busy, queue, given});
            if (step % 100 == 99) {
                check(model, sequence, random.nextInt(700), 1 + random.nextInt(20));
            }
            sequence++;
        }
    }

    private void check(List<int[]> model, long last, int back, int every) {
        int kept = Math.min(model.size(), Series.LENGTH);
        Samples samples = history.samples(last - back, every);
        int from = Math.max(model.size() - kept, model.size() - 1 - back);
        assertThat(samples.from()).isEqualTo(last - (model.size() - 1 - from));
        assertThat(samples.every()).isEqualTo(every);
        List<Integer> busy = new ArrayList<>();
        List<Integer> queue = new ArrayList<>();
        List<Integer> rate = new ArrayList<>();
        for (int first = from; first < model.size(); first += every) {
            List<int[]> group = model.subList(first, Math.min(model.size(), first + every));
            busy.add(group.stream().mapToInt(point -> point[0]).max().orElseThrow());
            queue.add(group.stream().mapToInt(point -> point[1]).max().orElseThrow());
            rate.add((int) Math.round(group.stream().mapToInt(point -> point[2]).average().orElseThrow()));
        }
        assertThat(samples.points()).isEqualTo(busy.size());
        assertThat(filled(samples.busy(), busy.size())).isEqualTo(busy);
        assertThat(filled(samples.queue(), busy.size())).isEqualTo(queue);
        assertThat(filled(samples.rate(), busy.size())).isEqualTo(rate);
        assertThat(samples.p50()).isNull();
    }

    private static List<Integer> filled(@Nullable List<Integer> points, int length) {
        List<Integer> all = new ArrayList<>(points == null ? List.of() : points);
        assertThat(all.isEmpty() || all.getLast() != 0).isTrue();
        while (all.size() < length) {
            all.add(0);
        }
        return all;
    }

    @Test
    void missed_samples_are_filled_and_the_rate_is_spread_over_them() {
        sample(10, 1, 0, 0, null);
        sample(15, 2, 3, 500, null);
        Samples samples = history.samples(0, 1);
        assertThat(samples.from()).isEqualTo(10);
        assertThat(samples.busy()).containsExactly(1, 2, 2, 2, 2, 2);
        assertThat(samples.queue()).containsExactly(0, 3, 3, 3, 3, 3);
        assertThat(samples.rate()).containsExactly(0, 100, 100, 100, 100, 100);
        assertThat(history.now().perSecond()).isEqualTo(83.3);
    }

    @Test
    void a_long_silence_leaves_a_whole_history() {
        sample(10, 1, 0, 0, null);
        sample(1_000_000, 2, 0, 1_000_000, null);
        assertThat(history.samples(0, 1).points()).isEqualTo(Series.LENGTH);
        assertThat(history.samples(0, 1).from()).isEqualTo(1_000_000 - Series.LENGTH + 1);
        sample(1_000_001, 2, 0, 1_000_001, null);
        assertThat(history.now().perSecond()).isBetween(0.0, 2.0);
    }

    @Test
    void hand_outs_that_did_not_wait_count_as_zero() {
        sample(1, 0, 0, 0, null);
        sample(2, 5, 0, 100, waits(5_000, 6_000));
        assertThat(history.now().p50Micros()).isZero();
        assertThat(history.now().p99Micros()).isBetween(4_950, 5_050);
        sample(3, 5, 0, 102, waits(5_000, 5_000));
        assertThat(history.samples(3, 1).p50()).allSatisfy(p50 -> assertThat(p50).isBetween(4_950, 5_050));
        for (int more = 4; more < 14; more++) {
            sample(more, 0, 0, 102, null);
        }
        assertThat(history.now().p99Micros()).isZero();
    }

    @Test
    void tasks_are_counted_by_the_groups_of_the_pool() {
        TaskWaits before = new TaskWaits(List.of(new TaskWaits.Group(Duration.ofMillis(7), 100)));
        TaskWaits after = new TaskWaits(List.of(
                new TaskWaits.Group(Duration.ofMillis(7), 100), new TaskWaits.Group(Duration.ofSeconds(2), 10)));
        history.sample(1, status(0, 0, 0), 0, null, before);
        history.sample(2, status(0, 0, 10), 0, null, after);
        assertThat(history.samples(2, 1).p50()).allSatisfy(p50 -> assertThat(p50).isBetween(1_980_000, 2_020_000));
    }

    @Test
    void crashes_are_counted_over_a_minute() {
        history.sample(1, status(0, 0, 0), 7, null, null);
        history.sample(2, status(0, 0, 0), 8, null, null);
        assertThat(history.now().crashesPerMinute()).isEqualTo(30);
        for (int more = 3; more < 61; more++) {
            history.sample(more, status(0, 0, 0), 8, null, null);
        }
        assertThat(history.now().crashesPerMinute()).isEqualTo(1);
        history.sample(70, status(0, 0, 0), 8, null, null);
        assertThat(history.now().crashesPerMinute()).isZero();
    }

    @Test
    void another_pool_of_the_name_begins_anew() {
        sample(1, 1, 0, 500, null);
        sample(2, 1, 0, 600, null);
        sample(3, 2, 0, 5, null);
        Samples samples = history.samples(0, 1);
        assertThat(samples.from()).isEqualTo(3);
        assertThat(samples.busy()).containsExactly(2);
        assertThat(samples.rate()).isNull();
    }

    @Test
    void there_is_no_part_beyond_the_last_sample() {
        assertThat(history.samples(0, 1)).isNull();
        sample(5, 1, 0, 0, null);
        assertThat(history.samples(6, 1)).isNull();
    }

    @Test
    void percentiles_of_all_hand_outs_are_those_of_a_sorted_list() {
        Random random = new Random(3);
        for (int round = 0; round < 100; round++) {
            Waits waits = new Waits();
            List<Long> model = new ArrayList<>();
            int zeros = random.nextInt(200);
            for (int i = 0; i < zeros; i++) {
                model.add(0L);
            }
            Histogram borrowers = new Histogram(2);
            for (int i = random.nextInt(200); i > 0; i--) {
                long micros = 1 + random.nextInt(1_000_000);
                borrowers.recordValue(micros);
                model.add(micros);
            }
            waits.addHandOuts(model.size());
            waits.addWaited(borrowers);
            model.sort(null);
            for (double percent : new double[]{50, 90, 99, 100}) {
                if (!model.isEmpty()) {
                    long exact = model.get((int) Math.max(0, Math.ceil(percent / 100 * model.size()) - 1));
                    assertThat((double) waits.percentile(percent)).isBetween(exact * 0.98 - 1, exact * 1.02 + 1);
                }
            }
        }
        assertThat(new Waits().percentile(99)).isZero();
    }
}
