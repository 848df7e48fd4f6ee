package io.github.ppool.spring.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.Supervised;
import io.github.ppool.spring.boot.autoconfigure.FailedStarts;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** All problems of the settings are told in one go, with the probably intended names, and without a secret. */
@ExtendWith(OutputCaptureExtension.class)
class ManyProblemsTest {

    private static final String WORKER = "ppool.pools.smtp.worker=factory";

    @Test
    void values_that_can_not_be_read_unknown_settings_and_values_out_of_range_are_told_together(
            CapturedOutput output) {
        String analysis = FailedStarts.analysis(output, Workers.class,
                WORKER,
                "ppool.pools.smtp.size=many",
                "ppool.pools.smtp.strategy=fifoo",
                "ppool.pools.smtp.checkout-timeout=5 seconds",
                "ppool.pools.smtp.leak-detection=ture",
                "ppool.pools.smtp.max-overflw=1",
                "ppool.pools.smtp.max-uses=-1",
                "ppool.pools.smtp.restart.plan=retry",
                "ppool.pools.imap.worker=factory",
                "ppool.pools.imap.size=-3",
                "ppool.pools.imap.restart.type=permanant",
                "ppool.pools.imap.depends-on=smpt",
                "ppool.pools.nobody.size=x",
                "ppool.defaults.queue-capacity=1.5",
                "ppool.period=never",
                "ppool.intensity=0x",
                "ppool.orphan-grase=1s",
                "ppool.supervised.lop.plan=wait",
                "ppool.supervised.loop.shutdown=long");
        assertThat(analysis)
                .contains("18 settings of ppool can't work")
                .contains("Property: ppool.pools.smtp.size", "Value: \"many\"", "size must be a whole number")
                .contains("strategy must be one of lifo, fifo, affine", "Did you mean fifo?")
                .contains("checkout-timeout must be a duration", "Did you mean 5s?")
                .contains("leak-detection must be true or false", "Did you mean true?")
                .contains("Property: ppool.pools.smtp.max-overflw", "Did you mean ppool.pools.smtp.max-overflow?")
                .contains("max-uses must not be negative")
                .contains("Property: ppool.pools.smtp.restart.plan", "not a restart plan")
                .contains("Property: ppool.pools.imap.size", "size must not be negative")
                .contains("type must be one of permanent, transient, temporary", "Did you mean permanent?")
                .contains("there is no pool 'smpt'", "Did you mean smtp?")
                .contains("Property: ppool.pools.nobody.size", "Property: ppool.pools.nobody.worker")
                .contains("queue-capacity must be a whole number", "period must be a duration",
                        "intensity must be a whole number")
                .contains("Property: ppool.orphan-grase", "Did you mean ppool.orphan-grace?")
                .contains("there is no bean 'lop'", "Did you mean loop?")
                .contains("Property: ppool.supervised.loop.shutdown", "shutdown must be a duration");
        assertThat(analysis.split("Origin: ", -1)).as("an origin for all that is set").hasSizeGreaterThan(17);
    }

    @ParameterizedTest
    @CsvSource({
            "ppool.pools.smtp.sise, ppool.pools.smtp.size",
            "ppool.pools.smtp.plan, ppool.pools.smtp.restart.plan or ppool.pools.smtp.creation.plan or"
                    + " ppool.pools.smtp.task-restart.plan or ppool.pools.smtp.durable.plan",
            "ppool.pools.smtp.restart.paln, ppool.pools.smtp.restart.plan",
            "ppool.pools.smtp.restrat.plan, ppool.pools.smtp.restart.plan",
            "ppool.pools.smtp.size.max, ppool.pools.smtp.size",
            "ppool.pool.smtp.size, ppool.pools.smtp.size",
            "ppool.smtp.size, ppool.pools.smtp.size",
            "ppool.queue-capacity, ppool.defaults.queue-capacity",
            "ppool.default.size, ppool.defaults.size",
            "ppool.defaults.sizes, ppool.defaults.size",
            "ppool.enable, ppool.enabled",
            "ppool.enabled.always, ppool.enabled",
            "ppool.supervised.loop.reset-aftr, ppool.supervised.loop.reset-after"
    })
    void what_was_probably_meant_is_asked(String wrong, String meant, CapturedOutput output) {
        assertThat(FailedStarts.analysis(output, Workers.class, WORKER, wrong + "=1"))
                .contains("Property: " + wrong, "there is no such setting", "Did you mean " + meant + "?");
    }

    @Test
    void what_is_like_nothing_is_not_guessed(CapturedOutput output) {
        assertThat(FailedStarts.analysis(output, Workers.class, WORKER, "ppool.pools.smtp.whatever=1"))
                .contains("Property: ppool.pools.smtp.whatever", "there is no such setting")
                .doesNotContain("Did you mean");
    }

    @Test
    void settings_of_the_cluster_need_its_module(CapturedOutput output) {
        assertThat(FailedStarts.analysis(output, Workers.class, WORKER, "ppool.cluster.lease=5s"))
                .contains("Property: ppool.cluster.lease", "without the module ppool-cluster",
                        "Add the dependency io.github.ppool:ppool-cluster");
    }

    @Test
    void the_value_of_a_setting_that_there_is_not_is_not_shown(CapturedOutput output) {
        String analysis = FailedStarts.analysis(output, Workers.class, WORKER,
                "ppool.pools.smtp.password=hunter-4711", "ppool.datasource.password=hunter-4712");
        assertThat(analysis).contains("Property: ppool.pools.smtp.password", "Property: ppool.datasource.password");
        assertThat(output).doesNotContain("hunter-471");
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "ppool.pools.smtp.size", "ppool.pools.smtp.worker", "ppool.pools.smtp.strategy",
            "ppool.pools.smtp.shutdown", "ppool.pools.smtp.restart.plan", "ppool.pools.smtp.restart.plan[0]",
            "ppool.pools.smtp.restart.count", "ppool.pools.smtp.restart.survive-on",
            "ppool.pools.smtp.restart.on.killed", "ppool.pools.smtp.depends-on", "ppool.pools.smtp.creation.plan",
            "ppool.pools.smtp", "ppool.defaults.worker", "ppool.defaults.restart.crash-on",
            "ppool.enabled", "ppool.intensity", "ppool.supervised.loop.plan", "ppool.pools.smtp.restart",
            "ppool.pools.smtp.restart.on[java.io.EOFException]", "ppool.pools.smtp.restart.on[a/b]"
    })
    void a_placeholder_is_shown_in_the_place_of_its_value(String setting, CapturedOutput output) {
        String[] properties = {
                "db.password=hunter-4711", setting + "=${db.password}",
                setting.equals("ppool.defaults.worker") ? "ppool.pools.imap.size=1" : "ppool.pools.imap.worker=factory"
        };
        String analysis = FailedStarts.analysis(output, Workers.class, properties);
        assertThat(analysis).contains("Property: " + setting, "${db.password}");
        assertThat(output).doesNotContain("hunter");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ppool.pools[a/b].worker", "ppool.pools[a.b].restart.plan", "ppool.pools[a/b].size"})
    void a_pool_whose_name_can_be_none_tells_no_secret_either(String setting, CapturedOutput output) {
        assertThat(FailedStarts.analysis(output, Workers.class, "db.password=hunter-4711", setting + "=${db.password}"))
                .contains("the name of a pool must begin with a letter");
        assertThat(output).doesNotContain("hunter");
    }

    @Test
    void a_part_of_a_long_plan_that_comes_from_elsewhere_is_not_shown_either(CapturedOutput output) {
        FailedStarts.analysis(output, Workers.class, WORKER, "db.password=" + "hunter ".repeat(1_000),
                "ppool.pools.smtp.restart.plan=restart, ${db.password}");
        assertThat(output).doesNotContain("hunter").contains("Value: \"restart, ${db.password}\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "ppool.pools.smtp.size", "ppool.pools.smtp.worker", "ppool.pools.smtp.restart.plan", "ppool.enabled",
            "ppool.propagate-context", "ppool.defaults.shutdown", "ppool.pools.smtp.depends-on[0]", "ppool.pools.smtp",
            "ppool.pools.smtp.restart.on.killed"
    })
    void a_placeholder_that_leads_back_to_itself_is_refused_with_its_origin(String setting, CapturedOutput output) {
        assertThat(FailedStarts.analysis(output, Workers.class, "ppool.pools.imap.worker=factory",
                setting + "=${" + setting + "}"))
                .contains("Property: " + setting, "Value: \"${" + setting + "}\"", "Origin: ",
                        "its placeholder ${" + setting + "} leads back to itself");
    }

    @Test
    void a_circle_of_several_placeholders_is_refused_too(CapturedOutput output) {
        assertThat(FailedStarts.analysis(output, Workers.class, WORKER, "a=${b}", "b=${c}", "c=${a}",
                "ppool.pools.smtp.size=${a}", "ppool.pools.smtp.max-uses=-1"))
                .contains("Property: ppool.pools.smtp.size", "Value: \"${a}\"", "leads back to itself",
                        "Property: ppool.pools.smtp.max-uses");
    }

    @Test
    void placeholders_without_end_within_each_other_are_refused(CapturedOutput output) {
        assertThat(FailedStarts.analysis(output, Workers.class, WORKER,
                "ppool.pools.smtp.size=" + "${".repeat(50_000)))
                .contains("Property: ppool.pools.smtp.size", "placeholders")
                .hasSizeLessThan(5_000);
    }

    @Test
    void long_values_and_control_characters_are_not_printed_as_they_are(CapturedOutput output) {
        String analysis = FailedStarts.analysis(output, Workers.class, WORKER,
                "ppool.pools.smtp.size=" + "9".repeat(100_000),
                "ppool.pools.smtp.worker=\u001b[31mfactory\nProperty: x",
                "ppool.pools.imap.restart.count=\u202e3", "ppool.pools.imap.worker=" + "w".repeat(100_000));
        assertThat(analysis).contains("(100000 characters)", "\\u001b[31mfactory\\nProperty: x", "\\u202e3")
                .hasSizeLessThan(10_000)
                .doesNotContain("\u001b", "\u202e", "\nProperty: x");
    }

    @Test
    void the_first_fifty_of_very_many_problems_are_told(CapturedOutput output) {
        String[] properties = new String[200];
        properties[0] = WORKER;
        for (int i = 1; i < properties.length; i++) {
            properties[i] = "ppool.pools.smtp.nothing-" + i + "=1";
        }
        assertThat(FailedStarts.analysis(output, Workers.class, properties))
                .contains("199 settings of ppool can't work, so nothing was started; these are the first 50:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"maybe", "ja"})
    void a_switch_that_is_neither_on_nor_off_is_refused(String value, CapturedOutput output) {
        assertThat(FailedStarts.analysis(output, Workers.class, WORKER, "ppool.enabled=" + value))
                .contains("Property: ppool.enabled", "Value: \"" + value + "\"", "enabled must be true or false");
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({PpoolAutoConfiguration.class,
            io.github.ppool.spring.boot.observation.PpoolContextAutoConfiguration.class})
    static class Workers {
        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }

        @Bean
        @Supervised
        Runnable loop() {
            return () -> {
            };
        }
    }
}
