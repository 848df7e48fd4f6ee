package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.ppool.genserver.GenServer;
import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.genserver.ReplyTo;
import io.github.ppool.genserver.ServerContext;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartResult;
import io.github.ppool.restart.OwnIntensity;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The Java of the pages on supervision: their blocks are regions of this file. */
class SupervisionExamplesTest {

    private final ProcessSystem system = new ProcessSystem();
    private final Logger log = (Logger) LoggerFactory.getLogger("io.github.ppool.supervisor");

    @BeforeEach
    void keepReportsOutOfTheOutput() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void nobodyIsLeft() throws InterruptedException {
        log.setLevel(null);
        system.close();
        assertThat(system.awaitThreads(Duration.ofSeconds(50))).isTrue();
    }

    // region server
    /** Counts; crashes when it is told something that it does not know. */
    static final class Counter implements GenServer<String, Integer, String> {
        private int value;

        @Override
        public Integer handleCall(String request, ReplyTo<Integer> from, ServerContext self) {
            return switch (request) {
                case "add" -> ++value;
                default -> throw new IllegalArgumentException("unknown: " + request);
            };
        }
    }
    // end

    private static final ChildStart COUNTER = ChildStart.genServer(SpawnOptions.DEFAULT.trappingExits(), Counter::new);

    private static void until(Callable<Boolean> condition) throws Exception {
        for (long end = System.nanoTime() + Duration.ofSeconds(20).toNanos(); !condition.call();) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void a_tree_is_a_value_that_reads_like_the_tree() throws Exception {
        // region tree
        SupervisorSpec spec = SupervisorSpec.restForOne("mail")
                .intensity(3, Duration.ofSeconds(10))
                .children(
                        ChildSpec.of("store", COUNTER),
                        ChildSpec.supervisor("senders", SupervisorSpec.oneForOne("senders").children(
                                ChildSpec.of("now", COUNTER).plan(RestartPlan.parse("[restart, backoff 1s..1m]")),
                                ChildSpec.of("later", COUNTER).restart(RestartType.TRANSIENT))));

        Supervisor mail = Supervisor.start(system, spec);
        // end
        assertThat(mail.countChildren()).isEqualTo(new ChildCounts(2, 2, 1, 1));
        // region stop
        boolean down = mail.stop(Duration.ofSeconds(30)); // later, now, senders, store, mail
        // end
        assertThat(down).isTrue();
        assertThat(system.processes()).isEmpty();
    }

    @Test
    void a_child_that_crashes_comes_back_with_a_new_process() throws Exception {
        Supervisor supervisor = Supervisor.start(system,
                SupervisorSpec.oneForOne("counters").children(ChildSpec.of("visits", COUNTER)));
        // region crash
        Pid before = supervisor.pid("visits").orElseThrow();
        GenServerRef<String, Integer, String> visits = new GenServerRef<>(system, before);
        visits.call("add"); // 1
        system.exit(before, ExitReason.KILL); // or: visits.call("nonsense")
        // end
        until(() -> supervisor.pid("visits").filter(pid -> !pid.equals(before)).isPresent());
        assertThat(new GenServerRef<String, Integer, String>(system, supervisor.pid("visits").orElseThrow())
                .call("add")).isEqualTo(1);
    }

    @Test
    void children_come_and_go_while_the_supervisor_runs() throws Exception {
        // region dynamic
        Supervisor supervisor = Supervisor.start(system, SupervisorSpec.oneForOne("counters"));
        ChildResult added = supervisor.startChild(ChildSpec.of("visits", COUNTER)); // Started[pid, info]
        ChildResult again = supervisor.startChild(ChildSpec.of("visits", COUNTER)); // Refused[already_started, pid]

        supervisor.terminateChild("visits"); // stopped, and still known
        supervisor.restartChild("visits");
        supervisor.terminateAndDeleteChild("visits");
        // end
        assertThat(added.isOk()).isTrue();
        assertThat(again).isInstanceOfSatisfying(ChildResult.Refused.class,
                refused -> assertThat(refused.why()).hasToString("already_started"));
        assertThat(supervisor.whichChildren()).isEmpty();
    }

    @Test
    void very_many_children_are_made_from_one_template() throws Exception {
        // region template
        ChildSpec template = ChildSpec.of("session", (parent, user) -> parent.startLink(
                GenServerRef.linkedTo(Counter::new, parent.self()), SpawnOptions.labelled("session of " + user)))
                .restart(RestartType.TEMPORARY);
        Supervisor sessions = Supervisor.start(system, SupervisorSpec.simpleOneForOne("sessions", template));

        sessions.startChild("ann");
        if (sessions.startChild("bob") instanceof ChildResult.Started bob) {
            sessions.terminateChild(bob.pid()); // its only name is its process
        }
        ChildPage firstPage = sessions.whichChildren(0, 1000);
        // end
        assertThat(firstPage.total()).isEqualTo(1);
        assertThat(firstPage.next()).isEmpty();
        assertThat(firstPage.children()).extracting(child -> child.pid().label()).containsExactly("session of ann");
    }

    @Test
    void the_end_of_a_significant_child_can_end_the_supervisor() throws Exception {
        // region significant
        Supervisor job = Supervisor.start(system, SupervisorSpec.oneForOne("job")
                .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                .children(
                        ChildSpec.of("helper", COUNTER),
                        ChildSpec.of("work", ChildStart.body("work", self -> self.receive()))
                                .restart(RestartType.TRANSIENT)
                                .significant()));
        // end
        job.pid("work").orElseThrow().send("done");
        until(() -> !job.pid().isAlive());
        assertThat(system.exitReason(job.pid())).contains(ExitReason.SHUTDOWN);
    }

    @Test
    void a_process_can_be_let_go_and_adopted_by_another_supervisor() throws Exception {
        Supervisor old = Supervisor.start(system,
                SupervisorSpec.oneForOne("old").children(ChildSpec.of("visits", COUNTER)));
        Supervisor young = Supervisor.start(system, SupervisorSpec.oneForOne("young"));
        // region adopt
        Pid running = old.pid("visits").orElseThrow();
        old.deleteRunningChild(running);
        young.becomeSupervisor(ChildSpec.of("visits", COUNTER), running);
        // end
        assertThat(old.whichChildren()).isEmpty();
        assertThat(young.pid("visits")).contains(running);
    }

    @Test
    void a_child_that_cannot_start_yet_is_tried_again_later() throws Exception {
        Supervisor supervisor = Supervisor.start(system, SupervisorSpec.oneForOne("counters"));
        AtomicBoolean isUp = new AtomicBoolean();
        // region later
        ChildStart waitsForItsServer = (above, argument) -> isUp.get()
                ? COUNTER.start(above, argument)
                : StartResult.later(Duration.ofSeconds(5)); // or, in its init: throw new StartLaterException(…)
        ChildResult result = supervisor.startChild(ChildSpec.of("visits", waitsForItsServer)); // Restarting[PT5S]
        // end
        assertThat(result).isInstanceOf(ChildResult.Restarting.class);
        assertThat(supervisor.child("visits").orElseThrow().state()).isEqualTo(ChildInfo.State.RESTARTING);
        isUp.set(true);
        supervisor.terminateChild("visits");
        assertThat(supervisor.restartChild("visits")).isInstanceOf(ChildResult.Started.class);
    }

    @Test
    void children_that_have_much_in_common_say_only_what_is_their_own() throws Exception {
        // region defaults
        StartFunction account = (above, arguments) -> above.startLink(
                GenServerRef.linkedTo(Counter::new, above.self()),
                SpawnOptions.labelled(arguments.get(1) + " at " + arguments.get(0)));
        ChildDefaults accounts = ChildDefaults.NONE
                .start(account, List.of("bank"))
                .plan(RestartPlan.parse("[restart, 5s]"))
                .shutdown(Shutdown.after(Duration.ofSeconds(2)));

        Supervisor bank = Supervisor.start(system, SupervisorSpec.oneForOne("bank")
                .defaultChildSpec(accounts)
                .children(
                        ChildSpec.appending("ann", "ann"), // its arguments are: bank, ann
                        ChildSpec.appending("bob", "bob")));
        // end
        assertThat(bank.pids()).extracting(Pid::label).containsExactly("ann at bank", "bob at bank");
    }

    @Test
    void a_supervisor_is_found_by_its_name() throws Exception {
        // region named
        Supervisor.start(system,
                SupervisorSpec.oneForOne("mail").registered("mail").children(ChildSpec.of("store", COUNTER)));

        Supervisor mail = Supervisor.named(system, "mail").orElseThrow();
        // end
        assertThat(mail.pid("store")).isPresent();
    }

    @Test
    void a_listener_counts_restarts() throws Exception {
        // region listener
        Map<String, Integer> restarts = new ConcurrentHashMap<>();
        SupervisorListener listener = event -> {
            if (event instanceof SupervisorEvent.ChildStarted started && started.restarts() > 0) {
                restarts.merge(started.id(), 1, Integer::sum);
            }
        };
        Supervisor supervisor = Supervisor.start(system, SupervisorSpec.oneForOne("counters")
                .listener(listener)
                .children(ChildSpec.of("visits", COUNTER)));
        // end
        system.exit(supervisor.pid("visits").orElseThrow(), ExitReason.KILL);
        until(() -> restarts.containsKey("visits"));
        assertThat(restarts).containsExactly(Map.entry("visits", 1));
    }

    @Test
    void a_child_with_an_intensity_of_its_own_takes_no_sibling_down() throws Exception {
        List<String> down = new CopyOnWriteArrayList<>();
        // region bulkhead
        OwnIntensity own = new OwnIntensity(
                new RestartIntensity(5, Duration.ofMinutes(1)), system.clock()::nanoTime, reason -> down.add("visits"));
        Supervisor supervisor = Supervisor.start(system, SupervisorSpec.oneForOne("counters")
                .children(
                        ChildSpec.of("visits", COUNTER).plan(own.plan()).count(RestartCount.INFINITY),
                        ChildSpec.of("logins", COUNTER)));
        // end
        Pid logins = supervisor.pid("logins").orElseThrow();
        for (int end = 0; end <= 5; end++) {
            until(() -> supervisor.pid("visits").filter(Pid::isAlive).isPresent());
            assertThat(down).isEmpty();
            system.exit(supervisor.pid("visits").orElseThrow(), ExitReason.KILL);
        }
        until(() -> !down.isEmpty());
        until(() -> supervisor.child("visits").isEmpty());
        assertThat(supervisor.pid("logins")).contains(logins);
    }
}
