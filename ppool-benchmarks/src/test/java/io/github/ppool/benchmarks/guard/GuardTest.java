package io.github.ppool.benchmarks.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GuardTest {

    private static final String HEAD = "benchmark,threads,parameters,metric,unit,median,smallest,largest,samples";
    private static final CellKey OURS = new CellKey("Borrow.borrowUseGiveBack", 1,
            Map.of("objects", "10", "peer", "PPOOL_LIFO"), "score");
    private static final CellKey THEIRS = OURS.with("peer", "VIBUR");

    private static Published published(String... lines) {
        return Published.of(List.of(lines), "results.csv");
    }

    @Test
    void a_ratio_is_taken_within_each_round_and_has_the_extremes_of_the_rounds() {
        Ratio rates = Ratio.ofRounds(List.of(20.0, 60.0, 30.0), List.of(10.0, 20.0, 30.0), true);
        assertThat(rates).isEqualTo(new Ratio(2, 1, 3));
        Ratio times = Ratio.ofRounds(List.of(10.0, 20.0), List.of(20.0, 80.0), false);
        assertThat(times).isEqualTo(new Ratio(3, 2, 4));
    }

    @Test
    void a_ratio_refuses_rounds_that_do_not_belong_together_and_values_that_say_nothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> Ratio.ofRounds(List.of(1.0), List.of(1.0, 2.0), true))
                .withMessageContaining("1 and 2");
        assertThatIllegalArgumentException().isThrownBy(() -> Ratio.ofRounds(List.of(), List.of(), true));
        assertThatIllegalArgumentException().isThrownBy(() -> Ratio.ofRounds(List.of(0.0), List.of(1.0), true));
        assertThatIllegalArgumentException().isThrownBy(() -> Ratio.ofRounds(List.of(Double.NaN), List.of(1.0), true));
    }

    @Test
    void a_ratio_has_moved_if_its_rounds_are_apart_from_the_published_ones_by_more_than_the_margin() {
        Ratio published = new Ratio(1.5, 1.0, 2.0);
        assertThat(Verdict.of(published, new Ratio(0.7, 0.6, 0.89))).isEqualTo(Verdict.WORSE);
        assertThat(Verdict.of(published, new Ratio(0.7, 0.6, 0.91))).isEqualTo(Verdict.WITHIN_THE_SPREAD);
        assertThat(Verdict.of(published, new Ratio(2.5, 2.19, 3))).isEqualTo(Verdict.WITHIN_THE_SPREAD);
        assertThat(Verdict.of(published, new Ratio(2.5, 2.21, 3))).isEqualTo(Verdict.BETTER);
    }

    @Test
    void published_rounds_are_paired() {
        Published published = published(HEAD + ",rounds",
                "Borrow.borrowUseGiveBack,1,objects=10 peer=PPOOL_LIFO,score,ops/s,30,1,99,6,1=20 2=30 3=40",
                "Borrow.borrowUseGiveBack,1,objects=10 peer=VIBUR,score,ops/s,10,1,99,6,1=10 3=10 4=1");
        assertThat(published.ratio(OURS, THEIRS, true)).isEqualTo(new Ratio(3, 2, 4));
    }

    @Test
    void without_rounds_the_spread_is_that_of_the_extremes() {
        Published published = published(HEAD,
                "Borrow.borrowUseGiveBack,1,objects=10 peer=PPOOL_LIFO,score,ops/s,30,20,40,6",
                "Borrow.borrowUseGiveBack,1,objects=10 peer=VIBUR,score,ops/s,10,5,20,6");
        assertThat(published.ratio(OURS, THEIRS, true)).isEqualTo(new Ratio(3, 1, 8));
        assertThat(published.ratio(OURS, THEIRS, false)).isEqualTo(new Ratio(1 / 3.0, 0.125, 1));
    }

    @Test
    void a_cell_that_was_not_published_has_no_ratio() {
        Published published = published(HEAD,
                "Borrow.borrowUseGiveBack,2,objects=10 peer=PPOOL_LIFO,score,ops/s,30,20,40,6",
                "Borrow.borrowUseGiveBack,1,objects=10 peer=VIBUR,score,ops/s,10,5,20,6");
        assertThat(published.ratio(OURS, THEIRS, true)).isNull();
    }

    @Test
    void a_file_that_is_no_table_of_results_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> published("a,b"))
                .withMessageContaining("results.csv must begin");
        assertThatIllegalArgumentException().isThrownBy(() -> published(HEAD, "Borrow,1"))
                .withMessageContaining("line 2").withMessageContaining("Borrow,1");
    }

    @Test
    void the_results_in_the_documentation_have_the_cells_of_two_peers() throws Exception {
        Published published = Published.read(Path.of("..", "docs", "benchmarks", "results.csv"));
        assertThat(published.ratio(OURS, OURS.with("peer", "CONCURRENT_BAG"), true)).isNotNull();
    }

    @Test
    void the_guard_fails_only_for_what_is_worse_or_could_not_be_measured() {
        Ratio published = new Ratio(1.5, 1.0, 2.0);
        Findings good = new Findings();
        good.add("steady", "peer", published, published);
        good.add("better", "peer", published, new Ratio(9, 8, 10));
        good.add("new", "peer", null, published);
        assertThat(good.areBad()).isFalse();
        assertThat(good.report()).contains("Moved: better, better beyond the spread.", "not published yet");

        Findings worse = new Findings();
        worse.add("slow", "peer", published, new Ratio(0.5, 0.4, 0.6));
        assertThat(worse.areBad()).isTrue();
        assertThat(worse.report()).contains("Moved: slow, WORSE beyond the spread.");

        Findings broken = new Findings();
        broken.add("broken", "peer", published, null);
        assertThat(broken.areBad()).isTrue();
        assertThat(broken.report()).contains("COULD NOT BE MEASURED", "Nothing has moved");
    }
}
