package io.github.ppool.observer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.restart.RestartType;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.SupervisorSpec;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * An application in the middle of a bad night: a pool has given up, one can't make its workers, one waits for restarts,
 * one is suspended, one is overloaded, and some are well.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class BusyApplication {

    /** Ids of children that a page must not take for markup, for a path, or for a short text. */
    static final String MARKUP = "<img src=x onerror=alert(1)>";
    static final String SLASHES = "a/b c?d#e%2F";
    static final String LONG = "long-".repeat(60);
    static final String FOREIGN = "名前 ‮⁦ 🐘";

    @Bean
    WorkerFactory<StringBuilder> builders() {
        return StringBuilder::new;
    }

    @Bean
    SupervisorSpec mail() {
        return SupervisorSpec.oneForOne("mail").children(
                ChildSpec.supervisor("senders", SupervisorSpec.oneForOne("senders").children(
                        ChildSpec.supervisor("now", SupervisorSpec.oneForOne("now").children(
                                waits("fast"), waits("slow"))),
                        waits("later"))),
                waits("inbox"), waits(MARKUP), waits(SLASHES), waits(LONG), waits(FOREIGN));
    }

    private static ChildSpec waits(String id) {
        return ChildSpec.of(id, ChildStart.body(id, self -> self.receive()));
    }

    @Bean(destroyMethod = "")
    Night night(Pools pools) {
        return new Night(pools);
    }

    /** The pools and what has become of them. */
    static final class Night implements AutoCloseable {

        private final Pools pools;
        private final List<Lease<?>> leases = new ArrayList<>();
        private final CountDownLatch end = new CountDownLatch(1);

        Night(Pools pools) {
            this.pools = pools;
        }

        /** Brings all pools into their states. */
        void fall() {
            overloaded();
            pools.startPool(spec("imap", () -> {
                throw new ConnectException("Connection refused: mail.example/10.0.0.7:993");
            }).size(3).creationPlan(policy("backoff 1h..2h x2")).build());
            await("imap", status -> status.starting() == 3 && status.lastFailureText() != null);
            restarting();
            givenUp();
            pools.startPool(spec("reports", Object::new).size(2).build());
            pools.admin().suspend("reports");
            pools.startPool(spec("sessions", Object::new).size(150).build());
            await("sessions", status -> status.available() == 150);
            pools.startPool(spec("thumbnails", Object::new).size(4).maxOverflow(4).build());
        }

        private static PoolSpec.Builder<Object> spec(String name, WorkerFactory<Object> factory) {
            return PoolSpec.builder(name, factory);
        }

        private static RestartPolicy policy(String plan) {
            return RestartPolicy.of(RestartPlan.parse("[" + plan + "]"));
        }

        private void overloaded() {
            PoolClient<Object> smtp = pools.startPool(
                    spec("smtp-out", Object::new).size(5).maxOverflow(3).checkoutTimeout(Duration.ofHours(1)).build());
            for (int i = 0; i < 3; i++) {
                leases.add(smtp.checkout());
            }
            for (int i = 0; i < 27; i++) {
                smtp.tasks(TaskOptions.DEFAULT).asyncQueue(worker -> end.await(10, TimeUnit.MINUTES));
            }
            await("smtp-out", status -> status.working() == 5 && status.queueDepth() == 22);
        }

        private void restarting() {
            PoolClient<Object> push = pools.startPool(
                    spec("push", Object::new).size(4)
                            .restart(policy("restart, 20m, 40m, backoff 1h..4h x2 jitter 20%"))
                            .build());
            await("push", status -> status.available() == 4);
            for (int i = 0; i < 3; i++) {
                Lease<Object> lease = push.checkout();
                lease.fail(new IOException("the peer has reset the connection"));
                lease.close();
                int crashed = i;
                await("push", status -> status.available() + status.waitingToRestart() == 4 && crashed >= 0);
            }
            push.checkout().fail(new IllegalStateException("protocol error"));
            await("push", status -> status.waitingToRestart() > 0);
        }

        private void givenUp() {
            PoolClient<Object> sms = pools.startPool(spec("sms", Object::new).size(1)
                    .restart(RestartType.PERMANENT, new RestartIntensity(0, Duration.ofMinutes(1)))
                    .checkoutTimeout(Duration.ofSeconds(10))
                    .build());
            while (sms.status().phase() != PoolPhase.GAVE_UP) {
                try {
                    Lease<Object> lease = sms.checkout();
                    lease.fail(new ConnectException("Connection refused: sms.example/10.0.0.9:2775"));
                    lease.close();
                } catch (RuntimeException hasGivenUp) {
                    assertThat(hasGivenUp).hasMessageContaining("sms");
                }
                await("sms", status -> status.phase() == PoolPhase.GAVE_UP || status.available() == 1);
            }
        }

        private void await(String pool, Predicate<PoolStatus> condition) {
            Awaitility.await(pool).atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5))
                    .until(() -> pools.pool(pool).orElseThrow().status(), condition);
        }

        @Override
        public void close() {
            end.countDown();
            leases.forEach(Lease::close);
        }
    }
}
