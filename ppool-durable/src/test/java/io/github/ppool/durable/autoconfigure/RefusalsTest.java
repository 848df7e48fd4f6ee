package io.github.ppool.durable.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.durable.DurableQueue;
import io.github.ppool.durable.DurableTask;
import io.github.ppool.durable.PayloadUpgrade;
import io.github.ppool.durable.PoolTask;
import io.github.ppool.durable.autoconfigure.DurableRunner.SmtpWorker;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.scheduling.annotation.Async;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A setting that can't work ends the start before any pool is started. The analysis names it, the reason and a fix. */
@ExtendWith(OutputCaptureExtension.class)
class RefusalsTest {

    record Mail(String to) {}

    private static final AtomicInteger WORKERS = new AtomicInteger();

    /** Starts an application with a bean and some settings, which must fail; returns the analysis. */
    private static FailureAnalysis refused(ApplicationContextRunner runner, Class<?>... beans) {
        WORKERS.set(0);
        FailureAnalysis[] result = new FailureAnalysis[1];
        ApplicationContextRunner all = runner
                .withBean("countedWorker", WorkerFactory.class, () -> (WorkerFactory<Object>) () -> {
                    WORKERS.incrementAndGet();
                    return new Object();
                })
                .withPropertyValues("ppool.pools.counted.worker=countedWorker", "ppool.pools.counted.await-ready=1s");
        for (Class<?> bean : beans) {
            all = bean.isAnnotationPresent(Configuration.class)
                    ? all.withUserConfiguration(bean)
                    : all.withBean(bean);
        }
        all.run(context -> result[0] = DurableRunner.analysis(context));
        assertThat(WORKERS).as("nothing is half-started").hasValue(0);
        FailureAnalysis analysis = result[0];
        assertThat(analysis.getDescription()).as("a sentence, without secrets").endsWith(".");
        assertThat(analysis.getAction()).endsWith(".");
        return analysis;
    }

    private static void refused(Class<?> bean, String description, String action) {
        FailureAnalysis analysis = refused(DurableRunner.h2(), bean);
        String source = RefusalsTest.class.getName() + "$";
        assertThat(analysis.getDescription().replace(source, "")).isEqualTo(description);
        assertThat(analysis.getAction()).contains(action);
    }

    static class Private {
        @PoolTask(pool = "smtp")
        private void run() {}
    }

    static class Static {
        @PoolTask(pool = "smtp")
        static void run() {}
    }

    static class Later {
        @PoolTask(pool = "smtp")
        CompletableFuture<Void> run() {
            return CompletableFuture.completedFuture(null);
        }
    }

    static class Asynchronous {
        @Async
        @PoolTask(pool = "smtp")
        void run() {}
    }

    @Test
    void methods_that_can_t_be_called() {
        refused(Private.class, "The method Private.run is annotated with @PoolTask, but it is private.",
                "Remove private");
        refused(Static.class, "The method Static.run is annotated with @PoolTask, but it is static.",
                "Remove static");
        refused(Later.class, "The method Later.run is annotated with @PoolTask, but it returns a CompletableFuture: its"
                + " return would end the task before its work has ended.", "before it returns");
        refused(Asynchronous.class, "The method Asynchronous.run is annotated with @PoolTask, but it is @Async: its"
                + " return would end the task before its work has ended.", "before it returns");
    }

    static class Final {
        @Transactional
        @PoolTask(pool = "smtp")
        public final void run() {}

        @Transactional
        public void other() {}
    }

    interface Sender {
        void other();
    }

    static class OfProxy implements Sender {
        @PoolTask(pool = "smtp")
        public void run() {}

        @Override
        @Transactional
        public void other() {}
    }

    @Configuration(proxyBeanMethods = false)
    @org.springframework.transaction.annotation.EnableTransactionManagement
    static class Hidden {
        @Bean
        Sender sender() {
            return new OfProxy();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Prototype {
        @Bean
        @Scope("prototype")
        Plain plain() {
            return new Plain();
        }
    }

    static class Plain {
        @PoolTask(pool = "smtp")
        void run() {}
    }

    @Test
    void beans_whose_methods_can_t_be_called() {
        refused(Final.class, "The method Final.run is annotated with @PoolTask, but it is final, and the bean"
                + " 'refusalsTest.Final' has a proxy that can't override it.", "Remove final.");
        refused(Hidden.class, "The method OfProxy.run is annotated with @PoolTask, but the bean 'sender' is declared as"
                + " Sender, so that it was not found.", "Declare the bean as its class");
        refused(Prototype.class,
                "The method Plain.run is annotated with @PoolTask, but the bean 'plain' is no singleton.",
                "Put the method into a singleton bean.");
    }

    static class Many {
        @PoolTask(pool = "smtp")
        void run(Mail mail, String text, SmtpWorker worker) {}
    }

    static class TwoTasks {
        @PoolTask(pool = "smtp")
        void run(DurableTask one, DurableTask two) {}
    }

    static class Generic<T> {
        @PoolTask(pool = "smtp")
        void run(List<T> mails) {}
    }

    @Test
    void parameters() {
        refused(Many.class, "The method Many.run has several parameters for a payload: each parameter that is neither a"
                + " worker of the pool 'smtp' (SmtpWorker) nor a DurableTask is taken for one.", "into one record");
        refused(TwoTasks.class, "The method TwoTasks.run has several parameters for a DurableTask.", "Leave one");
        refused(Generic.class,
                "The method Generic.run has a payload of the type java.util.List<?>, whose class can't be"
                        + " found out.",
                "Use a record");
    }

    static class NoPool {
        @PoolTask(pool = "")
        void run() {}
    }

    static class UnknownPool {
        @PoolTask(pool = "smpt", name = "send-mail")
        void run() {}
    }

    static class BadName {
        @PoolTask(pool = "smtp", name = "send mail")
        void run() {}
    }

    static class LongName {
        @PoolTask(pool = "smtp", name = "x123456789x123456789x123456789x123456789x123456789x123456789x123456789"
                + "x123456789x123456789x123456789x")
        void run() {}
    }

    static class BadVersion {
        @PoolTask(pool = "smtp", version = 0)
        void run() {}
    }

    static class BadTimeout {
        @PoolTask(pool = "smtp", timeout = "soon")
        void run() {}
    }

    static class NoTimeout {
        @PoolTask(pool = "smtp", timeout = "0s")
        void run() {}
    }

    static class BadPlaceholder {
        @PoolTask(pool = "${no.such.property}")
        void run() {}
    }

    @Test
    void attributes() {
        refused(NoPool.class, "The pool in @PoolTask of NoPool.run must not be empty, got: ''.", "name of a pool");
        refused(UnknownPool.class, "The method UnknownPool.run runs the tasks named 'send-mail' on the pool 'smpt', and"
                + " there is no such pool.", "Did you mean smtp? These pools there are: counted, smtp.");
        refused(BadName.class, "The name in @PoolTask of BadName.run must have 1 to 100 letters, digits and - _ .,"
                + " got: 'send mail'.", "Set the name");
        assertThat(refused(DurableRunner.h2(), LongName.class).getDescription())
                .contains("must have 1 to 100 letters, digits and - _ .");
        refused(BadVersion.class, "The version in @PoolTask of BadVersion.run must be at least 1, got: '0'.",
                "Begin with 1");
        refused(BadTimeout.class, "The timeout in @PoolTask of BadTimeout.run must be a duration, got: 'soon'.",
                "Write a duration such as 30s");
        refused(NoTimeout.class, "The timeout in @PoolTask of NoTimeout.run must be from 1ms to 366d, got: '0s'.",
                "Write a duration such as 30s");
        refused(BadPlaceholder.class, "The pool in @PoolTask of BadPlaceholder.run has a placeholder that can't be"
                + " resolved, got: '${no.such.property}'.", "Set the property");
    }

    static class BadCron {
        @PoolTask(pool = "smtp", cron = "every day")
        void run() {}
    }

    static class NeverCron {
        @PoolTask(pool = "smtp", cron = "0 0 0 31 2 *")
        void run() {}
    }

    static class BadZone {
        @PoolTask(pool = "smtp", cron = "0 0 6 * * *", zone = "Mars/Phobos")
        void run() {}
    }

    static class ZoneAlone {
        @PoolTask(pool = "smtp", zone = "UTC")
        void run() {}
    }

    static class CronWithPayload {
        @PoolTask(pool = "smtp", cron = "0 0 6 * * *")
        void run(Mail mail) {}
    }

    @Test
    void schedules() {
        FailureAnalysis cron = refused(DurableRunner.h2(), BadCron.class);
        assertThat(cron.getDescription()).contains("BadCron.run must be a cron expression of six fields")
                .contains("got: 'every day'.");
        refused(NeverCron.class, "The cron in @PoolTask of NeverCron.run must have a time at which it fires, got:"
                + " '0 0 0 31 2 *'.", "Correct the day");
        refused(BadZone.class, "The zone in @PoolTask of BadZone.run must be a time zone, got: 'Mars/Phobos'.",
                "Europe/Berlin");
        refused(ZoneAlone.class, "The zone in @PoolTask of ZoneAlone.run has no effect without a cron, got: 'UTC'.",
                "Set the cron");
        assertThat(refused(DurableRunner.h2(), CronWithPayload.class).getDescription())
                .contains("CronWithPayload.run has a cron, and the parameter").contains("for a payload");
    }

    static class First {
        @PoolTask(pool = "smtp", name = "mail")
        void run(Mail mail) {}
    }

    static class SamePool {
        @PoolTask(pool = "smtp", name = "mail")
        void again(Mail mail) {}
    }

    static class Version2 {
        @PoolTask(pool = "smtp", name = "mail", version = 2)
        void newer(Mail mail) {}
    }

    static class OtherPool {
        @PoolTask(pool = "counted", name = "mail")
        void run(Mail mail) {}
    }

    @Test
    void names_that_are_taken() {
        String source = RefusalsTest.class.getName() + "$";
        FailureAnalysis same = refused(DurableRunner.h2(), First.class, SamePool.class);
        assertThat(same.getDescription().replace(source, "")).isEqualTo("The methods First.run (bean"
                + " 'refusalsTest.First') and SamePool.again (bean 'refusalsTest.SamePool') both run the tasks named"
                + " 'mail', version 1.");
        assertThat(same.getAction()).isEqualTo("Give one of them another name.");
        FailureAnalysis versions = refused(DurableRunner.h2(), First.class, Version2.class);
        assertThat(versions.getDescription()).endsWith("both run the tasks named 'mail', versions 1 and 2.");
        assertThat(versions.getAction()).contains("PayloadUpgrade");
        FailureAnalysis pools = refused(DurableRunner.h2(), First.class, OtherPool.class);
        assertThat(pools.getDescription())
                .endsWith("both run the tasks named 'mail', on the pools 'smtp' and 'counted'.");
    }

    abstract static class Upgrade implements PayloadUpgrade {
        private final String name;
        private final int from;

        Upgrade(String name, int from) {
            this.name = name;
            this.from = from;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public int from() {
            return from;
        }

        @Override
        public JsonNode upgrade(JsonNode payload) {
            return payload;
        }
    }

    static class Unknown extends Upgrade {
        Unknown() {
            super("male", 1);
        }
    }

    static class TooHigh extends Upgrade {
        TooHigh() {
            super("mail", 5);
        }
    }

    static class From1 extends Upgrade {
        From1() {
            super("mail", 1);
        }
    }

    static class From1Again extends Upgrade {
        From1Again() {
            super("mail", 1);
        }
    }

    static class From4 extends Upgrade {
        From4() {
            super("mail", 4);
        }
    }

    static class Version5 {
        @PoolTask(pool = "smtp", name = "mail", version = 5)
        void run(Mail mail) {}
    }

    static class Without {
        @PoolTask(pool = "smtp", name = "mail", version = 5)
        void run() {}
    }

    @Test
    void upgrades_that_no_payload_would_reach() {
        FailureAnalysis unknown = refused(DurableRunner.h2(), Version5.class, Unknown.class);
        assertThat(unknown.getDescription()).contains("Unknown is for tasks named 'male', and no @PoolTask method");
        assertThat(unknown.getAction()).contains("These names there are: mail.");
        assertThat(refused(DurableRunner.h2(), Version5.class, TooHigh.class).getDescription())
                .contains("TooHigh upgrades 'mail' from the version 5, but its method")
                .endsWith("has the version 5.");
        assertThat(refused(DurableRunner.h2(), Version5.class, From1.class, From1Again.class).getDescription())
                .endsWith("both upgrade 'mail' from the version 1.");
        assertThat(refused(DurableRunner.h2(), Version5.class, From1.class, From4.class).getDescription())
                .contains("are from the versions [1, 4]").endsWith("none is from [2, 3].");
        assertThat(refused(DurableRunner.h2(), Version5.class, From1.class).getDescription())
                .endsWith("none is from [2, 3, 4].");
        assertThat(refused(DurableRunner.h2(), Without.class, From4.class).getDescription())
                .endsWith("Without.run has no payload.");
    }

    static class InTransaction {
        @Transactional
        @PoolTask(pool = "smtp", name = "pay", transactional = true)
        void run(Mail mail) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class OtherTransactions {
        @Bean
        PlatformTransactionManager ofOther() {
            return new DataSourceTransactionManager(new DriverManagerDataSource(TestDatabases.newH2Url()));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoMore {
        @Bean
        PlatformTransactionManager second(DataSource source) {
            return new DataSourceTransactionManager(source);
        }
    }

    @Test
    void transactions_that_are_missing() {
        ApplicationContextRunner plain = DurableRunner.withoutDatabase()
                .withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
                .withPropertyValues("spring.datasource.url=" + TestDatabases.newH2Url());
        FailureAnalysis none = refused(plain, InTransaction.class);
        assertThat(none.getDescription())
                .isEqualTo(
                        "The @PoolTask method of 'pay' is transactional, and there is no PlatformTransactionManager.");
        assertThat(none.getAction()).contains("spring-boot-starter-jdbc");
        assertThat(refused(plain, InTransaction.class, OtherTransactions.class).getDescription())
                .contains("is that of another DataSource");
        assertThat(refused(DurableRunner.h2(), InTransaction.class, TwoMore.class).getDescription())
                .contains("there are several PlatformTransactionManager beans");
    }

    @Test
    void no_database() {
        FailureAnalysis analysis = refused(DurableRunner.withoutDatabase(), First.class);
        assertThat(analysis.getDescription())
                .endsWith("First.run runs durable tasks, which need a database, and the application has no"
                        + " DataSource.");
        assertThat(analysis.getAction()).isEqualTo(
                "Set spring.datasource.url, or set ppool.durable.enabled to false.");
        assertThat(refused(DurableRunner.h2().withPropertyValues("ppool.cluster.enabled=false"), First.class)
                .getAction()).startsWith("Remove ppool.cluster.enabled=false");
    }

    static class Asks {
        Asks(DurableQueue<Mail> mails) {}
    }

    @Test
    void a_queue_without_a_database() {
        FailureAnalysis analysis = refused(DurableRunner.withoutDatabase(), Asks.class);
        assertThat(analysis.getDescription()).contains("DurableQueue<Mail>, but durable tasks are switched off");
        assertThat(refused(DurableRunner.h2().withPropertyValues("ppool.durable.enabled=false"), Asks.class)
                .getDescription()).contains("DurableQueue<Mail>, but durable tasks are switched off");
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoMappers {
        @Bean
        JsonMapper one() {
            return JsonMapper.builder().build();
        }

        @Bean
        JsonMapper two() {
            return JsonMapper.builder().build();
        }
    }

    @Test
    void no_jackson() {
        assertThat(refused(DurableRunner.h2().withUserConfiguration(TwoMappers.class), First.class)
                .getDescription()).contains("several JsonMapper beans");
        ApplicationContextRunner bare = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration.class,
                        DataSourceAutoConfiguration.class,
                        io.github.ppool.cluster.autoconfigure.PpoolClusterAutoConfiguration.class,
                        PpoolDurableAutoConfiguration.class))
                .withPropertyValues("spring.datasource.url=" + TestDatabases.newH2Url());
        assertThat(refused(bare.withInitializer(DurableRunner.LAST::set)).getDescription())
                .isEqualTo("ppool-durable writes payloads with Jackson, and there is no JsonMapper bean.");
    }

    @Test
    void settings() {
        wrong("poll=fast", "poll must be two durations with two points between them, got: fast.");
        wrong("poll=1s..", "poll must be two durations with two points between them, got: 1s...");
        wrong("poll=1s..50ms", "poll must begin with the shorter duration, got: 1s..50ms.");
        wrong("poll=0ms..1s", "poll must be within 1ms and 1h, got: 0ms..1s.");
        wrong("poll=1s..2h", "poll must be within 1ms and 1h, got: 1s..2h.");
        wrong("history=-1d", "history must be from 0 to 3653d, got: -86400000ms.");
        wrong("ageing=0s", "ageing must be from 1ms to 3653d, got: 0ms.");
        wrong("longest-payload=0B", "longest-payload must be from 1B to 16MB, got: 0B.");
        wrong("longest-payload=17MB", "longest-payload must be from 1B to 16MB, got: 17825792B.");
    }

    private static void wrong(String setting, String description) {
        assertThat(refused(DurableRunner.h2().withPropertyValues("ppool.durable." + setting)).getDescription())
                .as(setting).isEqualTo("The setting ppool.durable." + description);
    }

    @Test
    void unknown_settings_and_wrong_ones_of_a_pool() {
        DurableRunner.h2().withPropertyValues("ppool.durable.pol=1s..2s").run(context -> assertThat(
                context.getStartupFailure()).hasStackTraceContaining("ppool.durable.pol"));
        DurableRunner.h2().withPropertyValues("ppool.pools.smtp.durable.rate=fast").run(context -> assertThat(
                DurableRunner.analysis(context).getDescription()).contains("Property: ppool.pools.smtp.durable.rate",
                        "Value: \"fast\"", "rate must be a number, a slash and a duration"));
    }

    @Test
    void missing_tables_and_a_wrong_version() {
        String prefix = TestDatabases.newPrefix();
        ApplicationContextRunner application = DurableRunner.postgres(prefix);
        FailureAnalysis missing = refused(
                application.withPropertyValues("ppool.durable.initialize-schema=never"), First.class);
        assertThat(missing.getDescription()).contains("table");
        assertThat(missing.getAction()).contains("ppool.durable.initialize-schema", "schema-postgresql.sql");
        application.withBean(First.class).run(context -> assertThat(context).hasNotFailed());
        TestDatabases.execute(TestDatabases.postgres(),
                "update " + prefix + "version set version = 9 where component = 'durable'");
        FailureAnalysis wrong = refused(application, First.class);
        assertThat(wrong.getDescription()).contains("9");
        assertThat(wrong.getAction()).contains("A newer ppool-durable");
    }

    @Test
    void a_database_in_memory_is_warned_of(CapturedOutput output) {
        DurableRunner.h2().run(context -> assertThat(context).hasNotFailed());
        assertThat(output).contains("durable tasks are in an H2 database in memory: none of them survives this JVM");
    }

    @Test
    void a_database_that_is_away_does_not_end_the_start(CapturedOutput output) {
        DurableRunner.withoutDatabase()
                .withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
                .withPropertyValues("spring.datasource.url=jdbc:postgresql://localhost:1/none",
                        "spring.datasource.username=x", "spring.datasource.password=hunter2",
                        "spring.datasource.hikari.connection-timeout=250")
                .withBean(First.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(Pools.class).pool("smtp")).isPresent();
                });
        assertThat(output).contains("the tables of durable tasks can't be checked yet").doesNotContain("hunter2");
    }

    @Test
    void without_the_module_of_tables_nothing_else_is_needed() {
        DurableRunner.h2().withClassLoader(new FilteredClassLoader("io.micrometer", "org.springframework.boot.health"))
                .run(context -> assertThat(context).hasNotFailed());
    }

    static class Nothing {
        @Nullable
        String none() {
            return null;
        }
    }

    @Test
    void beans_without_such_methods_are_left_alone() {
        DurableRunner.h2().withBean(Nothing.class).run(context -> assertThat(context).hasNotFailed()
                .doesNotHaveBean(DurableQueue.class));
        DurableRunner.withoutDatabase().withBean(Nothing.class).run(context -> assertThat(context).hasNotFailed());
    }
}
