package io.github.ppool.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.process.InitResult;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartResult;
import io.github.ppool.restart.PlanElement;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.supervisor.ChildCounts;
import io.github.ppool.supervisor.ChildDefaults;
import io.github.ppool.supervisor.ChildResult;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildType;
import io.github.ppool.supervisor.EffectiveSpec;
import io.github.ppool.supervisor.RestartRule;
import io.github.ppool.supervisor.Shutdown;
import io.github.ppool.supervisor.StartFunction;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The effect of director's default child specification, case by case as recorded in {@code director-defaults.md}. Each
 * case is set up here, and its outcome is written in Erlang's terms and compared with the recorded line.
 */
class DirectorDefaultsTest {

    private static final StartFunction BAR = new Bar();
    private static final StartFunction OTHER = new Other();
    private static final List<String> TOLD = new CopyOnWriteArrayList<>();

    private final List<World> worlds = new ArrayList<>();

    @AfterEach
    void close() {
        worlds.forEach(World::close);
    }

    /** Starts a process, and tells its arguments. */
    private static final class Bar implements StartFunction {
        @Override
        public StartResult start(ProcessContext supervisor, List<Object> arguments) throws InterruptedException {
            TOLD.add(list(arguments));
            return supervisor.startLink(self -> InitResult.ok(ProcessContext::receive), SpawnOptions.labelled("bar"));
        }
    }

    /** Is the default of another module, and never called. */
    private static final class Other implements StartFunction {
        @Override
        public StartResult start(ProcessContext supervisor, List<Object> arguments) {
            throw new AssertionError("the child has a start of its own");
        }
    }

    /** The specification that all children share, and that of one child. */
    private record Given(ChildDefaults defaults, ChildSpec child) {}

    private static ChildDefaults bar(Object... arguments) {
        return ChildDefaults.NONE.start(BAR, List.of(arguments));
    }

    private static ChildSpec own(Object... arguments) {
        return ChildSpec.of("1", BAR, List.of(arguments));
    }

    /** director's own defaults, for a child that does not append: ours are OTP's. */
    private static ChildSpec alone(ChildSpec child) {
        return child.policy(RestartPolicy.DIRECTOR_DEFAULT).shutdown(Shutdown.after(Duration.ofSeconds(1)));
    }

    private static ChildSpec appending() {
        return ChildSpec.appending("1");
    }

    private static RestartPlan plan(String text) {
        return RestartPlan.parse(text);
    }

    private static Map<String, Given> specifications() {
        Map<String, Given> cases = new LinkedHashMap<>();
        cases.put("default start {bar,start_link}; child {id,append}",
                new Given(bar().plan(plan("[restart]")).count(RestartCount.of(5))
                        .shutdown(Shutdown.after(Duration.ofSeconds(1))), appending()));
        cases.put("default start with args [x]; child append, no start", new Given(bar("x"), appending()));
        cases.put("default start [x]; child start [y] append", new Given(bar("x"), own("y").append()));
        cases.put("default start other module [x]; child start [y] append",
                new Given(ChildDefaults.NONE.start(OTHER, List.of("x")), own("y").append()));
        cases.put("default start [x]; child start [y] without append", new Given(bar("x"), alone(own("y"))));
        cases.put("default start [x]; child without start, append false",
                new Given(bar("x"), alone(ChildSpec.of("1"))));
        cases.put("default start [x]; child {id} only", new Given(bar("x"), ChildSpec.of("1")));
        cases.put("no default start; child append without start", new Given(ChildDefaults.NONE, appending()));
        cases.put("default modules [m1]; child append modules [m2]",
                new Given(bar().modules("m1"), appending().modules("m2")));
        cases.put("default modules dynamic; child append modules [m2]",
                new Given(bar().modules("dynamic"), appending().modules("m2")));
        cases.put("default modules [m1]; child append modules dynamic",
                new Given(bar().modules("m1"), appending().modules("dynamic")));
        cases.put("default modules [m1]; child append, none", new Given(bar().modules("m1"), appending()));
        cases.put("default type supervisor; child append", new Given(bar().type(ChildType.SUPERVISOR), appending()));
        cases.put("default type supervisor; child append type worker",
                new Given(bar().type(ChildType.SUPERVISOR), appending().type(ChildType.WORKER)));
        cases.put("default type supervisor; child no append no type",
                new Given(bar().type(ChildType.SUPERVISOR), alone(own())));
        cases.put("default plan [wait], count 2, timeout 500; child no append, nothing",
                new Given(ChildDefaults.NONE.plan(plan("[wait]")).count(RestartCount.of(2))
                        .shutdown(Shutdown.after(Duration.ofMillis(500))), ChildSpec.of("1")));
        cases.put("default count infinity; child append count 3",
                new Given(bar().count(RestartCount.INFINITY), appending().count(RestartCount.of(3))));
        cases.put("default timeout infinity; child append 10", new Given(bar().shutdown(Shutdown.infinity()),
                appending().shutdown(Shutdown.after(Duration.ofMillis(10)))));
        // director drops an option that does not belong there; here it can't be given
        cases.put("default with id", new Given(bar(), appending()));
        cases.put("default with append", new Given(bar(), appending()));
        return cases;
    }

    private Map<String, Supplier<String>> all() {
        Map<String, Supplier<String>> cases = new LinkedHashMap<>();
        specifications().forEach((name, given) -> cases.put(name, () -> play(given)));
        cases.put("ten by id and append", () -> list(new Ten().started));
        cases.put("count", () -> new Ten().count());
        cases.put("change default, then start", () -> new Ten().changed());
        cases.put("duplicate id", () -> new Ten().again());
        return cases;
    }

    private World world() {
        World world = new World();
        worlds.add(world);
        return world;
    }

    private String play(Given given) {
        World world = world();
        TOLD.clear();
        SupervisorSpec spec = SupervisorSpec.oneForOne("director").children(given.child())
                .defaultChildSpec(given.defaults());
        try {
            Supervisor supervisor = world.perform(() -> Supervisor.start(world.system(), spec));
            return "{" + spec(world, supervisor, "1") + "," + TOLD.getLast() + ",{ok,"
                    + map(world.perform(supervisor::defaultChildSpec)) + "}}";
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageStartingWith("supervisor 'director': child '1' must have a start");
            assertThat(TOLD).as("nothing was started").isEmpty();
            return "{start,{error,{key_not_found,[{key,start}";
        }
    }

    /** Ten children that have only an id. */
    private final class Ten {
        private final World world = world();
        private final Supervisor supervisor = world.perform(() -> Supervisor.start(world.system(),
                SupervisorSpec.oneForOne("director").defaultChildSpec(bar("x"))));
        private final List<Object> started = IntStream.rangeClosed(1, 10)
                .mapToObj(id -> (Object) (start(id).isOk() ? "ok" : "error")).toList();

        private ChildResult start(int id) {
            return world.perform(() -> supervisor.startChild(ChildSpec.appending(String.valueOf(id))));
        }

        private String count() {
            ChildCounts counts = world.perform(supervisor::countChildren);
            return "[{specs," + counts.specs() + "},{active," + counts.active() + "},{supervisors,"
                    + counts.supervisors() + "},{workers," + counts.workers() + "}]";
        }

        private String changed() {
            Pid before = world.perform(() -> supervisor.pid("1")).orElseThrow();
            world.perform(() -> {
                supervisor.changeDefaultChildSpec(bar("z"));
                return true;
            });
            ChildResult eleventh = start(11);
            assertThat(TOLD.getLast()).isEqualTo("[z]");
            assertThat(world.perform(() -> supervisor.pid("1"))).as("processes go on").contains(before);
            world.perform(() -> supervisor.terminateChild("1"));
            world.perform(() -> supervisor.restartChild("1"));
            assertThat(TOLD.getLast()).as("the next start is by the changed default").isEqualTo("[z]");
            return "{ok,{" + (eleventh instanceof ChildResult.Started ? "ok,<pid>" : eleventh) + "},"
                    + spec(world, supervisor, "11") + "," + spec(world, supervisor, "1") + "}";
        }

        private String again() {
            ChildResult.Refused refused = (ChildResult.Refused) start(1);
            assertThat(refused.pid()).isEqualTo(world.perform(() -> supervisor.pid("1")).orElseThrow());
            return "{error,{" + refused.why() + ",<pid>}}";
        }
    }

    // ---- in Erlang's terms

    private static String spec(World world, Supervisor supervisor, String id) {
        EffectiveSpec spec = world.perform(() -> supervisor.effectiveSpec(id)).orElseThrow();
        RestartPolicy policy = ((RestartRule.ByPlan) spec.restart()).policy();
        Map<String, String> keys = new TreeMap<>();
        keys.put("append", String.valueOf(spec.append()));
        keys.put("count", policy.count().toString());
        keys.put("id", spec.id());
        keys.put("modules", modules(spec.modules()));
        keys.put("plan", text(policy.plan()));
        keys.put("start", "{bar,start_link," + list(spec.arguments()) + "}"); // Other throws, so it was Bar
        keys.put("terminate_timeout", text(spec.shutdown()));
        keys.put("type", spec.type().toString());
        return "{ok," + map(keys) + "}";
    }

    private static String map(ChildDefaults defaults) {
        Map<String, String> keys = new TreeMap<>();
        if (defaults.count() != null) {
            keys.put("count", defaults.count().toString());
        }
        if (defaults.modules() != null) {
            keys.put("modules", modules(defaults.modules()));
        }
        if (defaults.plans() != null) {
            keys.put("plan", text(defaults.plans().otherwise()));
        }
        if (defaults.start() != null) {
            boolean other = defaults.toString().contains(Other.class.getName());
            keys.put("start", (other ? "{other,go," : "{bar,start_link,") + list(defaults.arguments()) + "}");
        }
        if (defaults.shutdown() != null) {
            keys.put("terminate_timeout", text(defaults.shutdown()));
        }
        if (defaults.type() != null) {
            keys.put("type", defaults.type().toString());
        }
        return map(keys);
    }

    private static String map(Map<String, String> keys) {
        return keys.entrySet().stream().map(entry -> entry.getKey() + " => " + entry.getValue())
                .collect(Collectors.joining(",", "#{", "}"));
    }

    private static String modules(List<String> modules) {
        return modules.equals(List.of("dynamic"))
                ? "dynamic"
                : list(modules.stream().map(module -> module.equals(Bar.class.getName()) ? "bar" : module).toList());
    }

    private static String text(RestartPlan plan) {
        return list(plan.elements().stream()
                .map(element -> element instanceof PlanElement.Function(var name, var function)
                        ? name + "_fun"
                        : element.toString())
                .toList());
    }

    private static String text(Shutdown shutdown) {
        return shutdown instanceof Shutdown.After(Duration time)
                ? String.valueOf(time.toMillis())
                : shutdown.toString();
    }

    private static String list(List<?> elements) {
        return elements.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
    }

    // ---- the recording

    private static Map<String, String> recorded() throws IOException {
        try (InputStream file = DirectorDefaultsTest.class.getResourceAsStream("/conformance/director-defaults.md")) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            Map<String, String> lines = new LinkedHashMap<>();
            text.lines().dropWhile(line -> !line.equals("```")).filter(line -> line.contains(" => ")).forEach(line -> {
                int arrow = line.indexOf(" => ");
                lines.put(line.substring(0, arrow), line.substring(arrow + 4));
            });
            return lines;
        }
    }

    /** Pids differ, and a refusal here does not print the rest of the specification. */
    private static String comparable(String outcome) {
        int childSpec = outcome.indexOf(",{childspec,");
        return (childSpec < 0 ? outcome : outcome.substring(0, childSpec)).replaceAll("<[0-9.]+>", "<pid>");
    }

    @TestFactory
    Stream<DynamicTest> a_default_child_specification_does_what_directors_did() throws IOException {
        Map<String, String> recorded = recorded();
        Map<String, Supplier<String>> played = all();
        assertThat(recorded).hasSize(24);
        assertThat(played.keySet()).containsExactlyInAnyOrderElementsOf(recorded.keySet());
        return recorded.entrySet().stream().map(line -> DynamicTest.dynamicTest(line.getKey(),
                () -> assertThat(played.get(line.getKey()).get()).isEqualTo(comparable(line.getValue()))));
    }
}
