package io.github.ppool.spring.boot.beans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.pool.GroupStrategy;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolGroup;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.PoolAsync;
import io.github.ppool.spring.boot.PoolKey;
import io.github.ppool.spring.boot.PoolTaskExecutor;
import io.github.ppool.spring.boot.autoconfigure.FailedStarts;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.spring.boot.executor.PpoolExecutorAutoConfiguration;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

/** Groups of pools as beans: {@code ppool.groups}. */
@ExtendWith(OutputCaptureExtension.class)
class GroupBeansTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PpoolAutoConfiguration.class, PpoolExecutorAutoConfiguration.class))
            .withUserConfiguration(Workers.class)
            .withPropertyValues("ppool.defaults.worker=servers", "ppool.defaults.size=1",
                    "ppool.defaults.max-overflow=0", "ppool.pools.smtp-a.size=1", "ppool.pools.smtp-b.size=1",
                    "ppool.groups.all-mail.members=smtp-a,smtp-b");

    @Test
    void a_group_is_a_bean_of_its_name_and_serves_from_its_members() {
        runner.withUserConfiguration(User.class).run(context -> {
            User user = context.getBean(User.class);
            assertThat(user.mail).isSameAs(context.getBean("all-mail")).isSameAs(context.getBean("allMail"))
                    .isSameAs(user.group).hasToString("group 'all-mail'");
            assertThat(user.group.spec().strategy()).isEqualTo(GroupStrategy.FIRST);
            assertThat(user.group.spec().retryAfter()).isEqualTo(Duration.ofSeconds(1));
            try (Lease<StringBuilder> one = user.mail.checkout(); Lease<StringBuilder> two = user.mail.checkout()) {
                assertThat(user.mail.tryCheckout()).isEmpty();
                assertThat(one.worker()).isNotSameAs(two.worker());
                assertThat(user.group.member("smtp-a").orElseThrow().status().borrowed()).isEqualTo(1);
                assertThat(user.mail.status().borrowed()).isEqualTo(2);
            }
            assertThat(user.group.groupStatus().served()).isEqualTo(2);
            assertThat(context.getBean(Pools.class).groupNames()).containsExactly("all-mail");
        });
    }

    @Test
    void the_strategy_and_the_time_can_be_set() {
        runner.withPropertyValues("ppool.groups.all-mail.strategy=least-busy", "ppool.groups.all-mail.retry-after=3s")
                .run(context -> {
                    PoolGroup<?> group = context.getBean(PoolGroup.class);
                    assertThat(group.spec().strategy()).isEqualTo(GroupStrategy.LEAST_BUSY);
                    assertThat(group.spec().retryAfter()).isEqualTo(Duration.ofSeconds(3));
                });
    }

    @Test
    void a_method_can_run_on_a_group() {
        runner.withUserConfiguration(Sender.class).run(context -> assertThat(
                context.getBean(Sender.class).send().toCompletableFuture().join()).contains("smtp"));
    }

    @Test
    void a_group_can_be_an_executor() {
        runner.withUserConfiguration(Asynchronous.class)
                .withPropertyValues("ppool.groups.all-mail.executor=true", "ppool.application-executor=all-mail")
                .run(context -> {
                    PoolTaskExecutor executor = context.getBean("allMailExecutor", PoolTaskExecutor.class);
                    assertThat(executor).hasToString("executor of the group 'all-mail'")
                            .isSameAs(context.getBean("applicationTaskExecutor"));
                    assertThat(context.getBean(Notifier.class).send("customer 7").join()).contains("smtp");
                    assertThat(executor.submitCompletable(() -> Thread.currentThread().getName()).join())
                            .contains("smtp");
                    assertThat(context.getBean(PoolGroup.class).groupStatus().served()).isEqualTo(2);
                });
    }

    @Test
    void a_group_is_no_executor_unless_it_says_so() {
        runner.withPropertyValues("ppool.defaults.executor=true").run(
                context -> assertThat(context).doesNotHaveBean("allMailExecutor").hasBean("smtpAExecutor"));
        runner.withPropertyValues("ppool.application-executor=all-mail").run(context -> assertThat(context)
                .getFailure().hasMessageContaining("the group 'all-mail' is no executor"));
        runner.withPropertyValues("ppool.groups.all-mail.executor=true")
                .withBean("allMailExecutor", String.class, () -> "taken").run(context -> assertThat(context)
                        .getFailure().hasMessageContaining("ppool.groups.all-mail.executor: the executor is a bean"
                                + " named 'allMailExecutor', and there is another bean of that name"));
    }

    @Test
    void the_executor_of_a_stopped_group_refuses() {
        runner.withPropertyValues("ppool.groups.all-mail.executor=true").run(context -> {
            PoolTaskExecutor executor = context.getBean(PoolTaskExecutor.class);
            context.getBean("ppoolLifecycle", org.springframework.context.SmartLifecycle.class).stop();
            assertThatThrownBy(() -> executor.execute(() -> {})).isInstanceOf(TaskRejectedException.class)
                    .hasMessageContaining("the pool 'all-mail' did not accept the task: ");
        });
    }

    @Test
    void a_group_starts_its_members_at_its_first_use() {
        runner.withUserConfiguration(Early.class)
                .run(context -> assertThat(context.getBean(StringBuilder.class)).hasToString("used early"));
    }

    @Test
    void a_group_is_closed_with_the_application() {
        AtomicReference<PoolGroup<?>> kept = new AtomicReference<>();
        runner.run(context -> kept.set(context.getBean(PoolGroup.class)));
        assertThat(Objects.requireNonNull(kept.get()).checkoutAsync().toCompletableFuture())
                .isCompletedExceptionally();
    }

    @Test
    void a_group_serves_again_after_the_pools_were_stopped_and_started() {
        runner.run(context -> {
            PoolGroup<?> group = context.getBean(PoolGroup.class);
            context.getBean("ppoolLifecycle", org.springframework.context.SmartLifecycle.class).stop();
            assertThat(group.checkoutAsync().toCompletableFuture()).isCompletedExceptionally()
                    .failsWithin(Duration.ofSeconds(10)).withThrowableThat()
                    .withRootCauseInstanceOf(PoolStoppedException.class);
            context.getBean("ppoolLifecycle", org.springframework.context.SmartLifecycle.class).start();
            group.checkout(Duration.ofSeconds(20)).close();
        });
    }

    @Test
    void the_pool_of_a_bean_can_be_a_member() {
        runner.withUserConfiguration(Declared.class)
                .withPropertyValues("ppool.groups.all-mail.members=smtp-a,spare")
                .run(context -> {
                    PoolGroup<?> group = context.getBean(PoolGroup.class);
                    try (Lease<?> one = group.checkout(); Lease<?> two = group.checkout()) {
                        assertThat(one.worker()).isNotSameAs(two.worker());
                        assertThat(group.member("spare").orElseThrow().status().borrowed()).isEqualTo(1);
                    }
                });
    }

    @Test
    void contradictions_are_refused_together() {
        runner.withPropertyValues("ppool.groups.all-mail.members=smtp-a,smtp-a,smtp-x,other,none", "ppool.groups.other"
                + ".members=", "ppool.groups.other.retry-after=0s", "ppool.groups.none.strategy=random",
                "ppool.groups.smtp-b.members=smtp-a", "ppool.groups.fine.members=smtp-a")
                .run(context -> assertThat(context).getFailure()
                        .hasMessageContaining("ppool.groups.all-mail.members: a group must name each member once,"
                                + " and 'smtp-a' is named twice")
                        .hasMessageContaining("ppool.groups.other.members: a group must have at least one member")
                        .hasMessageContaining("ppool.groups.other.retry-after: retry-after must be positive")
                        .hasMessageContaining("ppool.groups.none.members: a group must have at least one member")
                        .hasMessageContaining("ppool.groups.smtp-b: a group can't have the name of a pool, and there"
                                + " is a pool 'smtp-b'"));
        runner.withPropertyValues("ppool.groups.all-mail.members=smtp-x").run(context -> assertThat(context)
                .getFailure().hasMessageContaining("ppool.groups.all-mail.members: there is no pool 'smtp-x'"));
        runner.withPropertyValues("ppool.groups.more.members=all-mail").run(context -> assertThat(context)
                .getFailure().hasMessageContaining("a member must be a pool, and 'all-mail' is a group"));
    }

    @Test
    void members_with_workers_of_different_types_are_refused() {
        runner.withPropertyValues("ppool.pools.smtp-b.worker=others").run(context -> assertThat(context).getFailure()
                .hasMessageContaining("the members of a group must have workers of one type, and 'smtp-a' has workers"
                        + " of java.lang.StringBuilder, 'smtp-b' of java.util.concurrent.atomic.AtomicReference"));
    }

    @Test
    void a_bean_of_the_name_is_refused(CapturedOutput output) {
        runner.withBean("all-mail", String.class, () -> "taken").run(context -> assertThat(context).getFailure()
                .hasMessageContaining("ppool.groups.all-mail: a group is a bean of its name, and there is another"
                        + " bean named 'all-mail' already"));
        assertThat(FailedStarts.analysis(output, Application.class, "ppool.groups.mail.members=nobody"))
                .contains("there is no pool 'nobody'");
    }

    @Test
    void a_misspelt_setting_is_refused() {
        runner.withPropertyValues("ppool.groups.all-mail.stratgy=first").run(context -> assertThat(context)
                .getFailure().hasMessageContaining("ppool.groups.all-mail.stratgy"));
        runner.withPropertyValues("ppool.groups.all-mail.strategy=frist").run(context -> assertThat(context)
                .getFailure().hasMessageContaining("strategy must be one of first, round-robin, least-busy, random"));
    }

    @Test
    void a_context_below_uses_the_group_of_its_parent() {
        runner.run(parent -> new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
                .withUserConfiguration(Workers.class)
                .withPropertyValues("ppool.groups.all-mail.members=smtp-a,smtp-b")
                .withParent(parent)
                .run(child -> assertThat(child.getBean("all-mail")).isSameAs(parent.getBean("all-mail"))));
    }

    @Configuration(proxyBeanMethods = false)
    static class Workers {
        @Bean
        WorkerFactory<StringBuilder> servers() {
            return StringBuilder::new;
        }

        @Bean
        WorkerFactory<AtomicReference<String>> others() {
            return AtomicReference::new;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @Configuration(proxyBeanMethods = false)
    static class Declared {
        @Bean
        PoolSpec<StringBuilder> spareSpec() {
            return PoolSpec.builder("spare", StringBuilder::new).size(1).maxOverflow(0).build();
        }
    }

    static final class User {
        private final PoolClient<StringBuilder> mail;
        private final PoolGroup<StringBuilder> group;

        User(@Qualifier("all-mail") PoolClient<StringBuilder> mail, PoolGroup<StringBuilder> group) {
            this.mail = mail;
            this.group = group;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    @Import(Notifier.class)
    static class Asynchronous {}

    static class Notifier {
        @Async("all-mail")
        CompletableFuture<String> send(@PoolKey String customer) {
            return CompletableFuture.completedFuture(customer + " by " + Thread.currentThread().getName());
        }
    }

    static class Sender {
        @PoolAsync("all-mail")
        CompletionStage<String> send() {
            return CompletableFuture.completedFuture(Thread.currentThread().getName());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Early {
        @Bean
        StringBuilder used(@Qualifier("all-mail") PoolClient<StringBuilder> mail) {
            return mail.transactionResult(worker -> worker.append("used early"));
        }
    }
}
