package io.github.ppool.observer;

import io.github.ppool.cluster.ClusterLease;
import io.github.ppool.durable.DurableQueue;
import io.github.ppool.durable.PoolTask;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ProcessBody;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.spring.boot.Scope;
import io.github.ppool.spring.boot.Supervised;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.SupervisorSpec;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

/** An application with all that an operator can act on: pools, a tree, a node of a cluster, durable tasks. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(ShopApplication.Mails.class)
class ShopApplication {

    /**
     * The settings of one node of the application, for {@link TestServer}.
     *
     * @param database the name of a database of this virtual machine, which the nodes of a cluster share
     * @param node the name of the node
     */
    static List<String> settings(String database, String node) {
        return List.of(
                "spring.application.name=shop",
                "management.endpoint.ppool.access=unrestricted",
                "spring.datasource.url=jdbc:h2:mem:" + database + ";DB_CLOSE_DELAY=-1",
                "ppool.cluster.node-name=" + node,
                "ppool.cluster.lease=3s",
                "ppool.pools.smtp.max-overflow=1",
                "ppool.pools.books.worker=builders",
                "ppool.pools.books.size=1",
                "ppool.pools.books.durable.plan=wait",
                "ppool.pools.partner-api.worker=builders",
                "ppool.pools.partner-api.size=2",
                "ppool.pools.partner-api.cluster-limit=3");
    }

    private final List<AuditEvent> audited = new CopyOnWriteArrayList<>();

    /** The changes that were audited since the last call. */
    List<AuditEvent> takeAudited() {
        List<AuditEvent> taken = List.copyOf(audited);
        audited.removeAll(taken);
        return taken;
    }

    @EventListener
    void audited(AuditApplicationEvent event) {
        if (event.getAuditEvent().getType().equals("PPOOL_CHANGED")) {
            audited.add(event.getAuditEvent());
        }
    }

    @Bean
    WorkerFactory<StringBuilder> builders() {
        return StringBuilder::new;
    }

    @Bean
    SupervisorSpec clocks() {
        return SupervisorSpec.oneForOne("clocks")
                .children(waits("ticks"));
    }

    /** A tree with supervisors below its top, and children that have no id. */
    @Bean
    SupervisorSpec mail() {
        return SupervisorSpec.oneForOne("mail").children(
                ChildSpec.supervisor("senders", SupervisorSpec.oneForOne("senders").children(
                        ChildSpec.supervisor("now", SupervisorSpec.oneForOne("now").children(
                                waits("fast"), waits("slow").plan(RestartPlan.parse("[restart, 5s]")))))),
                ChildSpec.supervisor("guests", SupervisorSpec.simpleOneForOne("guests", waits("guest"))));
    }

    private static ChildSpec waits(String id) {
        return ChildSpec.of(id, ChildStart.body(id, self -> self.receive()));
    }

    @Bean
    @Supervised(scope = Scope.CLUSTER)
    ProcessBody housekeeping() {
        return ShopApplication::once;
    }

    @Bean
    @Supervised(scope = Scope.CLUSTER)
    ProcessBody invoices() {
        return ShopApplication::once;
    }

    /** The body of a process that runs once in the cluster. */
    private static void once(ProcessContext self) throws InterruptedException {
        ClusterLease.current().token();
        self.receive();
    }

    /** The durable tasks: those with an empty text fail, and are laid down. */
    static class Mails {
        private final DurableQueue<String> mail;

        Mails(DurableQueue<String> mail) {
            this.mail = mail;
        }

        DurableQueue<String> queue() {
            return mail;
        }

        @PoolTask(pool = "books", name = "mail")
        void send(String text) {
            if (text.isEmpty()) {
                throw new IllegalArgumentException("no text");
            }
        }
    }
}
