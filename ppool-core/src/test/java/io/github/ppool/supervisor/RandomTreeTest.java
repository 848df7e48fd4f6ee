package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.genserver.ServerExitedException;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.StartLaterException;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Grows trees of supervisors at random, applies random events, and checks after each step that all is
 * as it must be. {@code -Dsupervision.seed=SEED} plays one tree again, {@code -Dsupervision.trees=N} plays so many.
 */
class RandomTreeTest {

    private static final int STEPS = 40;
    private static final List<String> PLANS = List.of("[restart]", "[restart, 1s, wait]", "[500ms, delete]",
            "[restart*3, stop]", "[backoff 100ms..2s]", "[wait]");

    private static LongStream seeds() {
        Long seed = Long.getLong("supervision.seed");
        long first = System.nanoTime();
        System.out.println("random trees: seeds from " + (seed != null ? seed : first) + " on");
        return seed != null
                ? LongStream.of(seed)
                : LongStream.range(0, Integer.getInteger("supervision.trees", 60)).map(number -> first + number);
    }

    @ParameterizedTest(name = "a random tree keeps its promises, seed {0}")
    @MethodSource("seeds")
    void a_random_tree_keeps_its_promises(long seed) {
        Tree tree = new Tree(new SplittableRandom(seed));
        try {
            tree.live();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ", after " + tree.deeds, e);
        }
    }

    private static final class Tree {
        private final SplittableRandom random;
        private final Nursery nursery = new Nursery();
        // of all leaves that were ever thought of
        private final List<String> names = new ArrayList<>(List.of("nobody"));
        final List<String> deeds = new ArrayList<>();
        private final ChildDefaults defaults = ChildDefaults.NONE
                .start((above, arguments) -> nursery.child((String) arguments.getLast()).start(above, null), List.of());
        private int born;

        Tree(SplittableRandom random) {
            this.random = random;
        }

        void live() {
            Supervisor root = nursery.start(grow("root", 3));
            check(root);
            for (int step = 0; step < STEPS && root.pid().isAlive(); step++) {
                act(root);
                check(root);
            }
            nursery.stop(root);
            assertThat(nursery.world.system().processes()).as("everything is down after the root has stopped")
                    .isEmpty();
            nursery.close(); // waits for the last thread
            ProcessSystem system = nursery.world.system();
            assertThat(system.threadCount() + system.orphanCount()).isZero();
        }

        // ---- growing

        private SupervisorSpec grow(String name, int depth) {
            int kind = depth == 3 ? random.nextInt(3) : random.nextInt(4);
            SupervisorSpec spec = switch (kind) {
                case 0 -> SupervisorSpec.oneForOne(name);
                case 1 -> SupervisorSpec.oneForAll(name);
                case 2 -> SupervisorSpec.restForOne(name);
                default -> SupervisorSpec.simpleOneForOne(name, temper(ChildSpec.of("template", nursery.child("?"))));
            };
            spec = spec.intensity(random.nextInt(6), Duration.ofSeconds(random.nextInt(1, 8)))
                    .defaultChildSpec(defaults);
            if (spec.strategy() == Strategy.SIMPLE_ONE_FOR_ONE) {
                return spec;
            }
            List<ChildSpec> children = new ArrayList<>();
            for (int number = random.nextInt(1, 5); number > 0; number--) {
                children.add(child(name + "." + number, depth));
            }
            if (random.nextInt(4) == 0) {
                spec = spec.autoShutdown(
                        random.nextBoolean() ? AutoShutdown.ANY_SIGNIFICANT : AutoShutdown.ALL_SIGNIFICANT);
                children.add(leaf(name + ".s").restart(RestartType.TRANSIENT).significant());
            }
            return spec.children(children);
        }

        private ChildSpec child(String name, int depth) {
            return temper(depth > 1 && random.nextInt(3) == 0
                    ? ChildSpec.supervisor(name, grow(name, depth - 1))
                    : leaf(name));
        }

        private ChildSpec leaf(String name) {
            names.add(name);
            if (random.nextInt(10) == 0) {
                nursery.cleansUpFor(name, Duration.ofMillis(random.nextInt(3000)));
            }
            return random.nextInt(4) == 0
                    ? ChildSpec.appending(name, name)
                    : ChildSpec.of(name, nursery.child(name));
        }

        private ChildSpec temper(ChildSpec spec) {
            ChildSpec tempered = random.nextInt(3) == 0
                    ? spec.plan(RestartPlan.parse(PLANS.get(random.nextInt(PLANS.size()))))
                            .count(random.nextInt(4) == 0 ? RestartCount.INFINITY : RestartCount.of(random.nextInt(4)))
                    : spec.restart(RestartType.values()[random.nextInt(RestartType.values().length)]);
            if (spec.type() == ChildType.SUPERVISOR) {
                // with less than infinity those below it could still clean up when they are started again
                return tempered;
            }
            return switch (random.nextInt(4)) {
                case 0 -> tempered.shutdown(Shutdown.brutalKill());
                case 1 -> tempered.shutdown(Shutdown.after(Duration.ofSeconds(1)));
                case 2 -> tempered.shutdown(Shutdown.infinity());
                default -> tempered;
            };
        }

        // ---- doing

        private void act(Supervisor root) {
            ProcessSystem system = nursery.world.system();
            List<Pid> all = system.processes();
            Pid victim = all.get(random.nextInt(all.size()));
            switch (random.nextInt(9)) {
                case 0, 1 -> {
                    deed("kill " + victim);
                    nursery.end(victim, ExitReason.KILLED);
                    if (!names.contains(victim.label())) {
                        nursery.advance(Duration.ofMinutes(1)); // no test waits for the clean-up below it
                    }
                }
                case 2, 3 -> {
                    ExitReason reason = List.of(Nursery.BOOM, ExitReason.NORMAL, ExitReason.SHUTDOWN)
                            .get(random.nextInt(3));
                    deed("end " + victim + " " + reason);
                    if (names.contains(victim.label())) {
                        nursery.end(victim, reason);
                    } else {
                        system.exit(victim, Nursery.BOOM); // a supervisor that hears a stranger's signal goes on
                        nursery.world.quiesce();
                    }
                }
                case 4 -> {
                    String name = anyName();
                    int times = random.nextInt(1, 15);
                    if (random.nextBoolean()) {
                        deed(times + " starts of " + name + " will fail");
                        nursery.failStarts(name, times, Nursery.BOOM);
                    } else {
                        Duration later = Duration.ofMillis(random.nextInt(3) == 0 ? 0 : random.nextInt(3000));
                        deed(times + " starts of " + name + " will ask for " + later);
                        nursery.failStarts(name, times, ExitReason.failure(new StartLaterException(later)));
                    }
                }
                case 5 -> {
                    Duration time = Duration.ofMillis(random.nextInt(5000));
                    deed("wait " + time);
                    nursery.advance(time);
                }
                default -> ask(root);
            }
        }

        /** A tree may have no leaf yet: then an unknown name. */
        private String anyName() {
            return names.isEmpty() ? "nobody" : names.get(random.nextInt(names.size()));
        }

        private void ask(Supervisor root) {
            List<Supervisor> supervisors = supervisors(root);
            if (supervisors.isEmpty()) {
                return;
            }
            Supervisor asked = supervisors.get(random.nextInt(supervisors.size()));
            List<ChildInfo> children = nursery.perform(() -> survey(asked).children());
            String name = anyName();
            ChildInfo child = children.isEmpty() ? null : children.get(random.nextInt(children.size()));
            String id = child == null || child.id() == null ? name : child.id();
            Pid pid = child == null || child.pid() == null ? asked.pid() : child.pid();
            int what = random.nextInt(7);
            String added = asked.pid().label() + "+" + born++;
            ChildSpec spec = child(added, 1);
            names.add(added);
            deed("ask " + asked + " no. " + what + " about " + id + " or " + added);
            nursery.perform(() -> {
                try {
                    return switch (what) {
                        case 0 -> asked.terminateChild(id);
                        case 1 -> asked.restartChild(id);
                        case 2 -> asked.deleteChild(id);
                        case 3 -> asked.terminateAndDeleteChild(id);
                        case 4 -> asked.terminateChild(pid);
                        case 5 -> asked.startChild(spec);
                        default -> asked.startChild(added);
                    };
                } catch (ServerExitedException | IllegalArgumentException e) {
                    return e; // it gave up meanwhile, or it has no template
                }
            });
        }

        private void deed(String what) {
            deeds.add(what);
        }

        // ---- looking

        private record Survey(Supervisor supervisor, List<ChildInfo> children, ChildCounts counts) {}

        private static Survey survey(Supervisor supervisor) throws InterruptedException {
            try {
                return new Survey(supervisor, supervisor.whichChildren(), supervisor.countChildren());
            } catch (ServerExitedException ended) {
                return new Survey(supervisor, List.of(), new ChildCounts(0, 0, 0, 0));
            }
        }

        private List<Survey> surveyAll(Supervisor root) throws InterruptedException {
            List<Survey> surveys = new ArrayList<>();
            List<Supervisor> toVisit = new ArrayList<>(List.of(root));
            while (!toVisit.isEmpty()) {
                Survey survey = survey(toVisit.removeLast());
                surveys.add(survey);
                survey.children().stream()
                        .filter(child -> child.type() == ChildType.SUPERVISOR && child.pid() != null)
                        .forEach(child -> toVisit.add(Supervisor.of(nursery.world.system(), child.pid())));
            }
            return surveys;
        }

        /**
         * A look takes time while a child cleans up slowly; it counts only if no process has acted meanwhile.
         */
        private List<Survey> surveyAtRest(Supervisor root) {
            while (true) {
                long before = nursery.world.clock().nanoTime();
                List<Survey> surveys = nursery.perform(() -> surveyAll(root));
                if (nursery.world.clock().nanoTime() == before) {
                    return surveys;
                }
            }
        }

        private List<Supervisor> supervisors(Supervisor root) {
            return root.pid().isAlive() ? surveyAtRest(root).stream().map(Survey::supervisor).toList() : List.of();
        }

        private void check(Supervisor root) {
            List<Survey> surveys = surveyAtRest(root);
            Set<Pid> inTheTree = new HashSet<>(Set.of(root.pid()));
            for (Survey survey : surveys) {
                List<ChildInfo> running = survey.children().stream()
                        .filter(child -> child.state() == ChildInfo.State.RUNNING).toList();
                running.forEach(child -> assertThat(inTheTree.add(child.pid())).as("one place for each").isTrue());
                ChildCounts counts = survey.counts();
                assertThat(counts.active()).as("active of " + survey).isEqualTo(running.size());
                assertThat(counts.supervisors() + counts.workers()).as("all of " + survey)
                        .isEqualTo(survey.children().size());
                assertThat(survey.children().stream().filter(child -> child.type() == ChildType.SUPERVISOR).count())
                        .isEqualTo(counts.supervisors());
            }
            List<Pid> alive = nursery.world.system().processes();
            if (!root.pid().isAlive()) {
                inTheTree.clear();
            }
            assertThat(alive).as("nobody runs outside of the tree, and all in the tree run")
                    .containsExactlyInAnyOrderElementsOf(inTheTree);
            assertThat(alive.stream().collect(Collectors.groupingBy(Pid::label, Collectors.counting())))
                    .as("nobody runs twice").allSatisfy((name, times) -> assertThat(times).isEqualTo(1));
        }
    }
}
