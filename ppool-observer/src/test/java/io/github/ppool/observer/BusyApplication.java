package io.github.ppool.observer;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.mail.MailServer;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ExitReason;
import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.restart.RestartType;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.observe.Journal;
import io.github.ppool.spring.boot.observe.RehearsedHistory;
import io.github.ppool.spring.boot.observe.WaitMeter;
import io.github.ppool.supervisor.ChildInfo;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;

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
                waits("inbox"),
                waits("bounces").plan(RestartPlan.parse("[restart, 20m]")),
                waits("newsletter"));
    }

    /** Children with ids that come from the users of the application. */
    @Bean
    SupervisorSpec uploads() {
        return SupervisorSpec.oneForOne("uploads")
                .children(waits(MARKUP), waits(SLASHES), waits(LONG), waits(FOREIGN));
    }

    private static ChildSpec waits(String id) {
        return ChildSpec.of(id, ChildStart.body(id, self -> self.receive()));
    }

    @Bean(destroyMethod = "")
    static RehearsedHistory history(
            ObjectProvider<Pools> pools, ObjectProvider<WaitMeter> waits, ObjectProvider<Journal> journal) {
        return new RehearsedHistory(pools, waits, journal);
    }

    @Bean
    Night night(Pools pools, SupervisionTrees trees, RehearsedHistory history) {
        return new Night(pools, trees, history);
    }

    /** The pools and their states. */
    static final class Night {

        /** The minutes of the history, and a little more. */
        private static final int SECONDS = 640;

        private final Pools pools;
        private final SupervisionTrees trees;
        private final RehearsedHistory history;
        private final List<Lease<?>> leases = new ArrayList<>();
        private final CountDownLatch end = new CountDownLatch(1);
        private final MailServer server = new MailServer(end);
        private int stuck;

        Night(Pools pools, SupervisionTrees trees, RehearsedHistory history) {
            this.pools = pools;
            this.trees = trees;
            this.history = history;
        }

        /** Brings all pools into their states. */
        void fall() {
            pools.startPool(spec("thumbnails", Object::new).size(4).maxOverflow(4).build());
            pools.startPool(spec("sessions", Object::new).size(150).build());
            pools.startPool(
                    spec("smtp-out", Object::new).size(5).maxOverflow(3).checkoutTimeout(Duration.ofHours(1)).build());
            PoolClient<Object> push = pools.startPool(
                    spec("push", Object::new).size(4)
                            .restart(policy("restart, 20m, 40m, backoff 1h..4h x2 jitter 20%"))
                            .build());
            await("sessions", status -> status.available() == 150);
            await("push", status -> status.available() == 4);
            history.rehearse(SECONDS, this::second);
            overloaded();
            pools.startPool(spec("imap", () -> {
                throw new ConnectException("Connection refused: mail.example/10.0.0.7:993");
            }).size(3).creationPlan(policy("backoff 1h..2h x2")).build());
            await("imap", status -> status.starting() == 3 && status.lastFailureText() != null);
            restarting(push);
            givenUp();
            tree();
            pools.startPool(spec("reports", Object::new).size(2).build());
            pools.admin().suspend("reports");
            leases.addAll(borrowed("thumbnails", 3));
            leases.addAll(borrowed("sessions", 61));
        }

        /** A second of an ordinary evening. Towards its end callers have to wait for the mail server. */
        private Runnable second(int second) {
            double wave = Math.sin(second / 45.0) + Math.sin(second / 7.0) / 3; // from -1.3 to 1.3
            List<Lease<Object>> held = new ArrayList<>();
            held.addAll(borrowed("thumbnails", (int) Math.round(2 + 1.5 * wave)));
            held.addAll(borrowed("sessions", (int) Math.round(60 + 25 * wave)));
            held.addAll(borrowed("push", second < SECONDS - 60 ? (int) Math.round(1.3 + wave) : 1));
            int late = Math.max(0, second - (SECONDS - 300));
            if (late >= 160 && late % 4 == 0) {
                stuck();
            }
            held.addAll(borrowed("smtp-out", Math.max(0, Math.min(5, 2 + late / 50) - stuck)));
            used("smtp-out", stuck > 0 ? 0 : Math.max(1, 14 - late / 12 + (int) Math.round(3 * wave)));
            used("thumbnails", (int) Math.round(30 + 20 * wave));
            used("sessions", (int) Math.round(180 + 80 * wave));
            used("push", (int) Math.round(9 + 6 * wave));
            history.waited("sessions", Duration.ofNanos(200_000 + Math.round(150_000 * wave)), 4);
            history.waited("smtp-out", Duration.ofMillis(2 + late * late / 20), late == 0 ? 0 : 1 + late / 60);
            return () -> held.forEach(Lease::close);
        }

        private List<Lease<Object>> borrowed(String pool, int number) {
            List<Lease<Object>> held = new ArrayList<>();
            for (int i = 0; i < number; i++) {
                held.add(client(pool).checkout());
            }
            return held;
        }

        private void used(String pool, int times) {
            PoolClient<Object> client = client(pool);
            for (int i = 0; i < times; i++) {
                client.checkout().close();
            }
        }

        @SuppressWarnings("unchecked") // the pools of this class have objects as workers
        private PoolClient<Object> client(String pool) {
            return (PoolClient<Object>) pools.pool(pool).orElseThrow();
        }

        /** A child of the tree waits for its second restart, and an operator has stopped another one. */
        private void tree() {
            Supervisor mail = trees.supervisor("mail").orElseThrow();
            try {
                for (int i = 0; i < 2; i++) {
                    Awaitility.await().until(() -> mail.pid("bounces").isPresent());
                    pools.system().exit(mail.pid("bounces").orElseThrow(),
                            ExitReason.failure(new IllegalStateException("no such mailbox: 10.0.0.8")));
                    int crashes = i + 1;
                    Awaitility.await().until(() -> mail.child("bounces").orElseThrow().restarts() >= crashes
                            || mail.child("bounces").orElseThrow().state() == ChildInfo.State.RESTARTING);
                }
                mail.terminateChild("newsletter");
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }

        private static PoolSpec.Builder<Object> spec(String name, WorkerFactory<Object> factory) {
            return PoolSpec.builder(name, factory);
        }

        private static RestartPolicy policy(String plan) {
            return RestartPolicy.of(RestartPlan.parse("[" + plan + "]"));
        }

        /** One more caller or task comes to the pool, and its worker waits for the mail server. */
        private void stuck() {
            PoolClient<Object> smtp = client("smtp-out");
            if (stuck < 3) {
                leases.add(smtp.checkout());
            } else if (stuck < 30) {
                smtp.tasks(TaskOptions.DEFAULT).asyncQueue(server::send);
            }
            stuck++;
        }

        private void overloaded() {
            await("smtp-out", status -> status.working() == 5 && status.queueDepth() == 22);
        }

        /** Two workers crash twice each: they are back at once, and then wait for their second restart. */
        private void restarting(PoolClient<Object> push) {
            for (int waiting = 0; waiting < 2; waiting++) {
                int idle = 4 - waiting;
                push.checkout().fail(new IOException("the peer has reset the connection"));
                await("push", status -> status.available() == idle); // it is back, and the first to be lent
                push.checkout().fail(waiting == 0
                        ? new IOException("the peer has reset the connection")
                        : new IllegalStateException("protocol error"));
                int now = waiting + 1;
                await("push", status -> status.waitingToRestart() == now && status.available() == idle - 1);
            }
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
            Awaitility.await(pool).atMost(Duration.ofSeconds(50)).pollInterval(Duration.ofMillis(5))
                    .until(() -> pools.pool(pool).orElseThrow().status(), condition);
        }

        /** Ends the tasks that would hold up the stop. */
        @EventListener(ContextClosedEvent.class)
        public void end() {
            end.countDown();
            leases.forEach(Lease::close);
            history.close();
        }
    }
}
