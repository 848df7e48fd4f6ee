package io.github.ppool.spring.boot.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolGroup;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskBacklog;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.TaskQueue;
import io.github.ppool.pool.TaskState;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.spring.boot.endpoint.GroupDescriptor;
import io.github.ppool.spring.boot.endpoint.PoolEndpoint;
import io.github.ppool.spring.boot.endpoint.PpoolEndpointAutoConfiguration;
import io.github.ppool.spring.boot.metrics.GroupMetrics;
import io.github.ppool.spring.boot.metrics.PpoolMetricsAutoConfiguration;
import io.github.ppool.spring.boot.observe.GroupRow;
import io.github.ppool.spring.boot.observe.Observer;
import io.github.ppool.spring.boot.observe.PoolDetail;
import io.github.ppool.spring.boot.observe.Problem;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The operator's view of groups of pools: health, meters, endpoint. */
class ObservedGroupsTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class,
                    PpoolHealthContributorAutoConfiguration.class, PpoolMetricsAutoConfiguration.class,
                    PpoolEndpointAutoConfiguration.class))
            .withUserConfiguration(Workers.class)
            .withPropertyValues("ppool.defaults.worker=servers", "ppool.defaults.size=1",
                    "ppool.defaults.max-overflow=0", "ppool.pools.a.size=1", "ppool.pools.b.size=1",
                    "ppool.pools.other.size=1", "ppool.groups.mail.members=a,b",
                    "management.endpoints.web.exposure.include=ppool");

    private static Health health(PoolsHealthContributor pools, String name) {
        return Objects.requireNonNull(((HealthIndicator) Objects.requireNonNull(pools.getContributor(name))).health());
    }

    @Test
    void a_group_is_up_while_one_member_is_and_its_members_have_no_health_beside_it() {
        runner.run(context -> {
            PoolsHealthContributor health = context.getBean(PoolsHealthContributor.class);
            Pools pools = context.getBean(Pools.class);
            assertThat(health.stream()).extracting(HealthContributors.Entry::name).containsExactly("other", "mail");
            assertThat(health(health, "mail").getStatus()).isEqualTo(Status.UP);
            assertThat(health(health, "mail").getDetails()).containsEntry("strategy", "first")
                    .containsEntry("queueDepth", 0).containsKey("members");
            pools.admin().suspend("a");
            assertThat(health(health, "mail").getStatus()).isEqualTo(Status.UP);
            pools.admin().suspend("b");
            assertThat(health(health, "mail").getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
            pools.stopPool("a", Duration.ZERO);
            pools.stopPool("b", Duration.ZERO);
            assertThat(health(health, "mail").getStatus()).isEqualTo(Status.DOWN);
            assertThat(health(health, "mail").getDetails().get("members")).asString().contains("a={status=DOWN");
        });
    }

    @Test
    void a_group_has_meters_as_one_and_by_member_that_go_with_it() {
        runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run(context -> {
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            assertThat(context).hasSingleBean(GroupMetrics.class);
            PoolGroup<?> mail = context.getBean(PoolGroup.class);
            try (Lease<?> one = mail.checkout(); Lease<?> two = mail.checkout()) {
                assertThat(one).isNotEqualTo(two);
            }
            assertThat(registry.get("ppool.group.members.up").tag("group", "mail").gauge().value()).isEqualTo(2);
            assertThat(registry.get("ppool.group.waiting").tag("group", "mail").gauge().value()).isZero();
            assertThat(registry.get("ppool.group.refused").tag("group", "mail").functionCounter().count()).isZero();
            assertThat(registry.get("ppool.group.served").tags("group", "mail", "pool", "b").functionCounter().count())
                    .isEqualTo(1);
            assertThat(registry.get("ppool.group.members").tag("group", "mail").gauges())
                    .allSatisfy(member -> assertThat(member.value()).isEqualTo(1))
                    .extracting(member -> member.getId().getTag("pool")).containsExactlyInAnyOrder("a", "b");
            context.getBean(Pools.class).stopGroup("mail");
            assertThat(registry.find("ppool.group.members").gauge()).isNull();
            assertThat(registry.find("ppool.group.waiting").gauge()).isNull();
            assertThat(registry.find("ppool.group.served").functionCounter()).isNull();
        });
    }

    @Test
    void the_meters_back_off_from_a_bean_of_the_application() {
        GroupMetrics own = new GroupMetrics(new SimpleMeterRegistry());
        runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new).withBean(GroupMetrics.class, () -> own)
                .run(context -> assertThat(context.getBean(GroupMetrics.class)).isSameAs(own));
        runner.run(context -> assertThat(context).doesNotHaveBean(GroupMetrics.class));
    }

    @Test
    void the_endpoint_shows_groups_with_their_members() {
        runner.run(context -> {
            context.getBean(PoolGroup.class).checkout().close();
            context.getBean(Pools.class).admin().suspend("b");
            PoolEndpoint endpoint = context.getBean(PoolEndpoint.class);
            assertThat(endpoint.pools().groups()).singleElement().satisfies(mail -> {
                assertThat(mail.name()).isEqualTo("mail");
                assertThat(mail.strategy()).isEqualTo("first");
                assertThat(mail.up()).isTrue();
                assertThat(mail.served()).isEqualTo(1);
                assertThat(mail.queueCapacity()).isEqualTo(2000);
                assertThat(mail.members()).containsExactly(
                        new GroupDescriptor.Member("a", true, true, false, 1),
                        new GroupDescriptor.Member("b", true, false, false, 0));
            });
        });
    }

    @Test
    void a_snapshot_for_observers_has_a_row_for_each_group() {
        runner.run(context -> {
            context.getBean(PoolGroup.class).checkout().close();
            context.getBean(Pools.class).admin().suspend("b");
            assertThat(context.getBean(Observer.class).look(new Observer.Question(null, null, 1, 0, false)).groups())
                    .containsExactly(
                            new GroupRow("mail", "first", true, List.of("a", "b"), List.of("b"), 0, 0, null, 1,
                                    List.of(1L, 0L), 0));
        });
    }

    @Test
    void operators_see_the_keys_of_a_group_and_its_scheduled_tasks() {
        runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run(context -> {
            PoolGroup<?> mail = context.getBean(PoolGroup.class);
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            PoolEndpoint endpoint = context.getBean(PoolEndpoint.class);
            CountDownLatch open = new CountDownLatch(1);
            TaskQueue<?> customer = mail.tasks(TaskOptions.key("customer-42"));
            Task<?> holds = customer.asyncQueue(worker -> open.await());
            Task<?> waits = customer.asyncQueue(worker -> {});
            Task<?> later = mail.schedule(Duration.ofHours(1), worker -> {});
            await().until(() -> holds.state() == TaskState.RUNNING);
            PoolDetail.Backlog seen = ((GroupDescriptor) Objects.requireNonNull(
                    endpoint.pool("mail", null, null, null, null, null, null, null))).backlog();
            assertThat(seen).isNotNull();
            assertThat(seen.busiest()).singleElement().satisfies(key -> {
                assertThat(key.key()).isEqualTo("customer-42");
                assertThat(key.waiting()).isEqualTo(1);
                assertThat(key.state()).isEqualTo("running");
                assertThat(key.task()).isEqualTo("task #" + holds.id());
            });
            assertThat(seen.first()).singleElement().extracting(PoolDetail.ScheduledRow::task)
                    .isEqualTo("task #" + later.id());
            assertThat(endpoint.pools().groups().getFirst().backlog()).satisfies(numbers -> {
                assertThat(numbers.keys()).isEqualTo(1);
                assertThat(numbers.waitingForKeys()).isEqualTo(1);
                assertThat(numbers.scheduled()).isEqualTo(1);
                assertThat(numbers.busiest()).isEmpty();
            });
            assertThat(context.getBean(Observer.class).look(new Observer.Question(null, null, 1, 0, false)).groups())
                    .singleElement().extracting(GroupRow::backlog).satisfies(row -> assertThat(row.busiest())
                            .extracting(PoolDetail.KeyRow::key).containsExactly("customer-42"));
            assertThat(registry.get("ppool.group.keys").tag("group", "mail").gauge().value()).isEqualTo(1);
            assertThat(registry.get("ppool.group.tasks.scheduled").tag("group", "mail").gauge().value()).isEqualTo(1);
            open.countDown();
            later.cancel();
            waits.result().toCompletableFuture().join();
            await().until(() -> mail.backlog(1, 1).equals(TaskBacklog.NONE));
            assertThat(registry.get("ppool.group.keys").tag("group", "mail").gauge().value()).isZero();
        });
    }

    @Test
    void a_group_without_a_member_that_serves_is_a_problem_of_its_own() {
        runner.run(context -> {
            Observer observer = context.getBean(Observer.class);
            Observer.Question question = new Observer.Question(null, null, 1, 0, false);
            assertThat(observer.look(question).problems()).isEmpty();
            context.getBean(Pools.class).admin().suspend("a");
            context.getBean(Pools.class).admin().suspend("b");
            var caller = context.getBean(PoolGroup.class).checkoutAsync().toCompletableFuture();
            PoolDetail detail = observer.look(new Observer.Question(null, "mail", 1, 0, false)).detail();
            assertThat(detail).isNotNull();
            assertThat(detail.workers()).isNull();
            assertThat(detail.queue()).singleElement().extracting(PoolDetail.WaiterRow::who).isEqualTo("a stage");
            assertThat(observer.look(question).top().waits()).singleElement().satisfies(wait -> {
                assertThat(wait.kind()).isEqualTo("group");
                assertThat(wait.of()).isEqualTo("mail");
            });
            caller.cancel(false);
            assertThat(observer.look(question).problems().getFirst()).isEqualTo(new Problem("down", "group", "mail",
                    "no_member", "group 'mail' has no member that serves its callers", null, null));
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Workers {
        @Bean
        WorkerFactory<StringBuilder> servers() {
            return StringBuilder::new;
        }
    }
}
