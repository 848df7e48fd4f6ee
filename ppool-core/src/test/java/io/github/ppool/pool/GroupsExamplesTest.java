package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The examples of docs/groups.md and of docs/how-to/broadcast.md. */
class GroupsExamplesTest {

    private final ProcessSystem system = new ProcessSystem();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private Pools pools;

    /** A connection to a mail server. */
    private final class Connection {
        private final String server;
        private volatile String sender = "old";

        Connection(String server) {
            this.server = server;
        }

        void send(String mail) {
            log.add(server + ": " + mail + " by " + sender);
        }

        void reload(String newSender) {
            sender = newSender;
        }

        int sent() {
            return (int) log.stream().filter(line -> line.startsWith(server)).count();
        }
    }

    @BeforeEach
    void start() throws InterruptedException {
        pools = Pools.start(system);
    }

    @AfterEach
    void stop() {
        pools.close();
        system.close();
    }

    private WorkerFactory<Connection> connections(String server) {
        return () -> new Connection(server);
    }

    @Test
    void a_group_is_used_as_one_pool() {
        // region group
        pools.startPool(PoolSpec.builder("smtp-a", connections("a.example.org")).size(2).build());
        pools.startPool(PoolSpec.builder("smtp-b", connections("b.example.org")).size(2).build());
        PoolGroup<Connection> mail = pools.startGroup(
                PoolGroupSpec.of("mail", "smtp-a", "smtp-b").withStrategy(GroupStrategy.ROUND_ROBIN));

        mail.transaction(connection -> connection.send("welcome"));
        mail.asyncQueue(connection -> connection.send("newsletter"));
        // end
        Task<String> last = mail.asyncQueueResult(connection -> connection.server);
        assertThat(last.result().toCompletableFuture().join()).endsWith(".example.org");
        assertThat(log).anyMatch(line -> line.contains("welcome"));
    }

    @Test
    void a_refusal_names_each_member() {
        pools.startPool(PoolSpec.builder("smtp-a", connections("a")).size(1).refuseWhileSuspended(true).build());
        pools.startPool(PoolSpec.builder("smtp-b", connections("b")).size(1).build());
        PoolGroup<Connection> mail = pools.startGroup(PoolGroupSpec.of("mail", "smtp-a", "smtp-b"));
        // region status
        pools.admin().suspend("smtp-a");
        mail.transaction(connection -> connection.send("by the other one"));

        GroupStatus status = mail.groupStatus();
        assertThat(status.isUp()).isTrue();
        assertThat(status.members().get(0).isUp()).isFalse();
        assertThat(status.members().get(1).served()).isEqualTo(1);
        // end
        pools.stopPool("smtp-b", Duration.ZERO);
        assertThatThrownBy(mail::checkout).isInstanceOf(PoolRejectedException.class)
                .hasMessageContaining("by each member of the group 'mail': smtp-a: ")
                .hasMessageContaining("; smtp-b: there is no pool 'smtp-b' at the moment");
    }

    @Test
    void tasks_of_a_key_run_in_their_order() {
        pools.startPool(PoolSpec.builder("smtp-a", connections("a")).size(2).build());
        pools.startPool(PoolSpec.builder("smtp-b", connections("b")).size(2).build());
        PoolGroup<Connection> mail = pools.startGroup(PoolGroupSpec.of("mail", "smtp-a", "smtp-b"));
        // region keys
        TaskQueue<Connection> ofCustomer = mail.tasks(TaskOptions.key("customer-42"));
        ofCustomer.asyncQueue(connection -> connection.send("welcome"));
        ofCustomer.asyncQueue(connection -> connection.send("invoice")); // after it, whichever member serves
        // end
        ofCustomer.asyncQueueResult(connection -> "last").result().toCompletableFuture().join();
        assertThat(log).hasSize(2).first().asString().contains("welcome");
    }

    @Test
    void a_broadcast_runs_once_on_each_worker() throws Exception {
        PoolClient<Connection> pool = pools.startPool(PoolSpec.builder("smtp-a", connections("a")).size(3)
                .awaitReady(Duration.ofSeconds(20)).build());
        // region broadcast
        CompletionStage<Broadcast<Void>> reloaded = pool.broadcast(Duration.ofSeconds(30),
                connection -> connection.reload("new"));

        reloaded.thenAccept(result -> {
            if (!result.isDoneByAll()) {
                log.add("late: " + result.ended(Broadcast.End.LATE).size());
            }
        });
        // end
        assertThat(reloaded.toCompletableFuture().join().outcomes()).hasSize(3);
        // region ask
        int sent = pool.<Integer>broadcastResult(Duration.ofSeconds(5), Connection::sent)
                .thenApply(result -> result.ended(Broadcast.End.DONE).stream().mapToInt(Broadcast.Outcome::value).sum())
                .toCompletableFuture().join();
        // end
        assertThat(sent).isZero();
        pool.transaction(connection -> connection.send("a mail"));
        assertThat(log).containsExactly("a: a mail by new");
        CompletableFuture<?> ofGroup = pools.<Connection>startGroup(PoolGroupSpec.of("mail", "smtp-a"))
                .broadcast(connection -> connection.reload("newer")).toCompletableFuture();
        ofGroup.join();
        pool.transaction(connection -> connection.send("a mail"));
        assertThat(log).contains("a: a mail by newer");
    }
}
