package io.github.ppool.spring.boot.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.spring.boot.PoolAsync;
import io.github.ppool.spring.boot.PoolKey;
import io.github.ppool.spring.boot.PoolTaskExecutor;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/** An argument of an asynchronous method is the key of its calls. */
class PoolKeyTest {

    private static final AutoConfigurations AUTO = AutoConfigurations.of(
            PpoolAutoConfiguration.class, PpoolExecutorAutoConfiguration.class, TaskExecutionAutoConfiguration.class);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AUTO)
            .withUserConfiguration(Application.class)
            .withPropertyValues("ppool.pools.accounts.executor=true", "ppool.pools.accounts.size=4");

    @Configuration(proxyBeanMethods = false)
    @EnableAsync(proxyTargetClass = true)
    static class Application {

        @Bean
        Accounts accountsBean() {
            return new Accounts();
        }

        @Bean
        Ledger ledger() {
            return new LedgerOfTheApplication();
        }
    }

    static class Accounts {

        final Map<String, List<Integer>> booked = new ConcurrentHashMap<>();
        final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
        final AtomicInteger overlaps = new AtomicInteger();
        final AtomicInteger attempts = new AtomicInteger();

        // tag::pool-key[]
        @PoolAsync("accounts")
        public CompletableFuture<Integer> book(@PoolKey String account, int amount) {
            return CompletableFuture.completedFuture(bookNow(account, amount));
        }
        // end::pool-key[]

        @Async("accounts")
        public CompletableFuture<Integer> bookAsync(int amount, @PoolKey String account) {
            return CompletableFuture.completedFuture(bookNow(account, amount));
        }

        private int bookNow(String account, int amount) {
            AtomicInteger now = running.computeIfAbsent(account, key -> new AtomicInteger());
            if (now.incrementAndGet() > 1) {
                overlaps.incrementAndGet();
            }
            booked.computeIfAbsent(account, key -> new CopyOnWriteArrayList<>()).add(amount);
            Thread.yield(); // so that a second call of the key would be seen
            now.decrementAndGet();
            return amount;
        }

        @PoolAsync("accounts")
        public CompletableFuture<String> hold(@PoolKey String account, CountDownLatch begun, CountDownLatch open)
                throws InterruptedException {
            begun.countDown();
            open.await();
            return CompletableFuture.completedFuture("held");
        }

        @PoolAsync(pool = "accounts", plan = "restart, 1ms")
        public CompletableFuture<Integer> flaky(@PoolKey String account) {
            if (attempts.incrementAndGet() < 3) {
                throw new IllegalStateException("attempt " + attempts);
            }
            return CompletableFuture.completedFuture(bookNow(account, attempts.get()));
        }

        public Map<String, List<Integer>> booked() {
            return booked;
        }

        public int overlaps() {
            return overlaps.get();
        }
    }

    /** The annotation is that of the interface. */
    interface Ledger {
        CompletableFuture<Integer> add(@PoolKey String account, int amount);
    }

    static class LedgerOfTheApplication implements Ledger {
        final List<Integer> added = new CopyOnWriteArrayList<>();
        private final AtomicInteger running = new AtomicInteger();

        @Override
        @PoolAsync("accounts")
        public CompletableFuture<Integer> add(String account, int amount) {
            assertThat(running.incrementAndGet()).isEqualTo(1);
            added.add(amount);
            running.decrementAndGet();
            return CompletableFuture.completedFuture(added.size());
        }
    }

    @Test
    void calls_with_equal_keys_run_one_at_a_time_in_the_order_of_the_calls() {
        runner.run(context -> {
            Accounts accounts = context.getBean(Accounts.class);
            List<CompletableFuture<Integer>> all = new ArrayList<>();
            List<Integer> expected = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                expected.add(i);
                for (String account : List.of("Ann", "Bob", "Cid")) {
                    String key = new String(account.toCharArray()); // equal, and not the same
                    all.add(i % 2 == 0 ? accounts.book(key, i) : accounts.bookAsync(i, key));
                }
            }
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get();
            assertThat(accounts.booked()).containsOnlyKeys("Ann", "Bob", "Cid")
                    .allSatisfy((account, amounts) -> assertThat(amounts).isEqualTo(expected));
            assertThat(accounts.overlaps()).isZero();
        });
    }

    @Test
    void calls_with_other_keys_run_beside_them() {
        runner.run(context -> {
            Accounts accounts = context.getBean(Accounts.class);
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch open = new CountDownLatch(1);
            CompletableFuture<String> held = accounts.hold("Ann", begun, open);
            begun.await();
            CompletableFuture<Integer> behind = accounts.book("Ann", 1);
            assertThat(accounts.book("Bob", 2).get()).isEqualTo(2);
            assertThat(behind).isNotDone();
            open.countDown();
            assertThat(held.get()).isEqualTo("held");
            assertThat(behind.get()).isEqualTo(1);
        });
    }

    @Test
    void a_failed_call_keeps_its_key_until_its_next_attempt() {
        runner.run(context -> {
            Accounts accounts = context.getBean(Accounts.class);
            CompletableFuture<Integer> flaky = accounts.flaky("Ann");
            CompletableFuture<Integer> behind = accounts.book("Ann", 7);
            assertThat(flaky.get()).isEqualTo(3);
            assertThat(behind.get()).isEqualTo(7);
            assertThat(accounts.booked()).containsEntry("Ann", List.of(3, 7));
        });
    }

    @Test
    void a_parameter_of_the_interface_counts() {
        runner.run(context -> {
            Ledger ledger = context.getBean(Ledger.class);
            List<CompletableFuture<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                all.add(ledger.add("Ann", i));
            }
            for (int i = 0; i < 50; i++) {
                assertThat(all.get(i).get()).isEqualTo(i + 1);
            }
        });
    }

    @Test
    void null_is_no_key() {
        runner.run(context -> {
            Accounts accounts = context.getBean(Accounts.class);
            for (Runnable call : List.<Runnable>of(() -> accounts.book(nothing(), 1),
                    () -> accounts.bookAsync(1, nothing()))) {
                assertThatThrownBy(call::run).isInstanceOf(NullPointerException.class)
                        .hasMessageStartingWith(
                                "the argument of the parameter with @PoolKey must not be null: parameter ")
                        .hasMessageEndingWith(" of " + Accounts.class.getName());
            }
            assertThat(accounts.booked()).isEmpty();
        });
    }

    @SuppressWarnings("NullAway") // as a caller without NullAway would do it
    private static String nothing() {
        @Nullable
        String none = null;
        return none;
    }

    @Test
    void an_executor_may_have_a_key_too() {
        runner.run(context -> {
            PoolTaskExecutor executor = context.getBean("accountsExecutor", PoolTaskExecutor.class);
            CountDownLatch open = new CountDownLatch(1);
            CompletableFuture<Integer> first = executor.withKey("Ann").submitCompletable(() -> {
                open.await();
                return 1;
            });
            CompletableFuture<Integer> second = executor.withKey("Ann").submitCompletable(() -> 2);
            assertThat(executor.withKey("Bob").submitCompletable(() -> 3).get()).isEqualTo(3);
            assertThat(executor.forMethods().withKey("Cid").submitCompletable(() -> 4).get()).isEqualTo(4);
            assertThat(second).isNotDone();
            open.countDown();
            assertThat(first.get() + second.get()).isEqualTo(3);
        });
    }

    static class Two {
        @PoolAsync("accounts")
        public void method(@PoolKey String from, @PoolKey String to) {}
    }

    static class TwoOfAsync {
        @Async("accounts")
        public void method(@PoolKey String from, @PoolKey String to) {}
    }

    static class AnArray {
        @PoolAsync("accounts")
        public void method(@PoolKey byte[] id) {}
    }

    static class Plain {
        public void method(@PoolKey String account) {}
    }

    static class Unnamed {
        @Async
        public void method(@PoolKey String account) {}
    }

    static class OfThreads {
        @Async("threads")
        public void method(@PoolKey String account) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Threads {
        @Bean
        @Qualifier("threads")
        ThreadPoolTaskExecutor theThreads() {
            return new ThreadPoolTaskExecutor();
        }
    }

    @Test
    void a_method_whose_key_would_have_no_effect_fails_the_start_with_the_reason() {
        failsWith(runner, Two.class,
                " is annotated with @PoolAsync, but it has two parameters with @PoolKey: a call has one key");
        failsWith(runner, TwoOfAsync.class, " can't run on a pool: it has two parameters with @PoolKey");
        failsWith(runner, AnArray.class, "its parameter with @PoolKey is an array");
        failsWith(runner, Plain.class, "no pool runs it: it has neither @PoolAsync nor @Async");
        failsWith(runner, Unnamed.class, "it has a parameter with @PoolKey, so @Async must name a pool");
        failsWith(runner.withUserConfiguration(Threads.class), OfThreads.class,
                "@Async names 'threads', which is no executor of a pool");
        failsWith(new ApplicationContextRunner().withConfiguration(AUTO)
                .withPropertyValues("ppool.pools.accounts.executor=true"), TwoOfAsync.class,
                "@Async has no effect: no class of the application has @EnableAsync");
    }

    private static void failsWith(ApplicationContextRunner runner, Class<?> bean, String reason) {
        runner.withBean(bean).run(context -> assertThat(context).getFailure()
                .hasStackTraceContaining("The method method of " + bean.getName())
                .hasStackTraceContaining(reason));
    }
}
