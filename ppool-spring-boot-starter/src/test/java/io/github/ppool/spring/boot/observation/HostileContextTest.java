package io.github.ppool.spring.boot.observation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.pool.PoolTaskDecorator;
import io.github.ppool.pool.WorkerFunction;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.ThreadLocalAccessor;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/**
 * Accessors of thread-locals and handlers of observations that fail. A worker's thread keeps no value of a task's
 * caller, whichever of them throws, and the outcome of the task stays.
 */
class HostileContextTest {

    /** What an accessor does. */
    private enum Manner {
        WORKS,
        /** Throws when the value of the caller is set, before it is set. */
        REFUSES_THE_VALUE,
        /** Throws when the former value is put back, before it is put back. */
        KEEPS_THE_VALUE,
        /** Throws when the former value is put back, after it is put back. */
        COMPLAINS_AT_THE_END
    }

    /** What is thrown. */
    private enum Thrown {
        EXCEPTION,
        CHECKED,
        ERROR,
        MACHINE;

        Throwable make() {
            return switch (this) {
                case EXCEPTION -> new IllegalStateException("of an accessor");
                case CHECKED -> new Exception("of an accessor");
                case ERROR -> new AssertionError("of an accessor");
                case MACHINE -> new StackOverflowError("of an accessor");
            };
        }
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void sneak(Throwable thrown) throws X {
        throw (X) thrown;
    }

    /** An accessor of a thread-local with a default, as the one of a locale. */
    private static class Accessor implements ThreadLocalAccessor<String> {
        private final ThreadLocal<@Nullable String> value = new ThreadLocal<>();
        private final String key;
        private final Manner manner;
        private final Thrown thrown;

        private Accessor(int number, Manner manner, Thrown thrown) {
            this.key = "key " + number;
            this.manner = manner;
            this.thrown = thrown;
        }

        @Override
        public Object key() {
            return key;
        }

        @Override
        public @Nullable String getValue() {
            return value.get();
        }

        @Override
        public void setValue(String next) {
            if (manner == Manner.REFUSES_THE_VALUE) {
                sneak(thrown.make());
            }
            value.set(next);
        }

        @Override
        public void setValue() {
            value.remove();
        }

        @Override
        public void restore(String former) {
            end(() -> value.set(former));
        }

        @Override
        public void restore() {
            end(value::remove);
        }

        private void end(Runnable putBack) {
            if (manner == Manner.KEEPS_THE_VALUE) {
                sneak(thrown.make());
            }
            putBack.run();
            if (manner == Manner.COMPLAINS_AT_THE_END) {
                sneak(thrown.make());
            }
        }
    }

    private final LoggingSystem logging = LoggingSystem.get(HostileContextTest.class.getClassLoader());

    @BeforeEach
    void silence() {
        logging.setLogLevel(ForeignCode.class.getName(), LogLevel.OFF);
    }

    @AfterEach
    void speak() {
        logging.setLogLevel(ForeignCode.class.getName(), null);
    }

    static Stream<List<Manner>> manners() {
        int most = Manner.values().length;
        return IntStream.range(0, most * most * most).mapToObj(number -> List.of(Manner.values()[number % most],
                Manner.values()[number / most % most], Manner.values()[number / most / most]));
    }

    @ParameterizedTest
    @MethodSource("manners")
    void no_value_of_the_caller_stays_except_that_of_the_accessor_that_keeps_it(List<Manner> manners) {
        for (Thrown thrown : Thrown.values()) {
            for (String former : new String[]{null, "former"}) {
                for (boolean fails : new boolean[]{false, true}) {
                    play(manners, thrown, former, fails);
                }
            }
        }
    }

    private static void play(List<Manner> manners, Thrown thrown, @Nullable String former, boolean fails) {
        ContextRegistry registry = new ContextRegistry();
        List<Accessor> accessors = IntStream.range(0, manners.size())
                .mapToObj(number -> new Accessor(number, manners.get(number), thrown)).toList();
        accessors.forEach(registry::registerThreadLocalAccessor);
        PoolTaskDecorator decorator = new ContextTaskDecorator(
                ContextSnapshotFactory.builder().contextRegistry(registry).build());

        accessors.forEach(accessor -> accessor.value.set("of the caller"));
        IllegalArgumentException ofTask = new IllegalArgumentException("of the task");
        List<@Nullable String> seen = new ArrayList<>();
        WorkerFunction<Object, Integer, ?> decorated = decorator.decorate("p", worker -> {
            accessors.forEach(accessor -> seen.add(accessor.value.get()));
            if (fails) {
                throw ofTask;
            }
            return 42;
        });

        accessors.forEach(accessor -> set(accessor.value, former));
        Object outcome = outcome(decorated);
        boolean refused = manners.contains(Manner.REFUSES_THE_VALUE);
        if (refused) {
            assertThat(outcome).isInstanceOf(thrown.make().getClass()).isNotSameAs(ofTask);
            assertThat(seen).isEmpty();
        } else {
            assertThat(outcome).isEqualTo(fails ? ofTask : 42);
            assertThat(seen).hasSize(3).containsOnly("of the caller");
        }
        for (Accessor accessor : accessors) {
            if (accessor.manner != Manner.KEEPS_THE_VALUE) {
                assertThat(accessor.value.get()).as("%s of %s with %s", accessor.key, manners, thrown)
                        .isEqualTo(former);
            }
        }
    }

    private static void set(ThreadLocal<@Nullable String> local, @Nullable String value) {
        if (value == null) {
            local.remove();
        } else {
            local.set(value);
        }
    }

    private static Object outcome(WorkerFunction<Object, Integer, ?> task) {
        try {
            return Objects.requireNonNull(task.call(new Object()));
        } catch (Throwable thrown) {
            return thrown;
        }
    }

    @Test
    void a_key_that_throws_sets_nothing() {
        ThreadLocal<String> first = new ThreadLocal<>();
        boolean[] hostile = new boolean[1];
        ContextRegistry registry = new ContextRegistry().registerThreadLocalAccessor("first", first);
        Accessor second = new Accessor(2, Manner.WORKS, Thrown.ERROR) {
            @Override
            public Object key() {
                if (hostile[0]) {
                    throw new AssertionError("no key");
                }
                return super.key();
            }
        };
        registry.registerThreadLocalAccessor(second);
        first.set("of the caller");
        WorkerFunction<Object, Integer, ?> decorated = new ContextTaskDecorator(
                ContextSnapshotFactory.builder().contextRegistry(registry).build()).decorate("p", worker -> 42);
        first.remove();
        hostile[0] = true;
        assertThat(outcome(decorated)).isInstanceOf(AssertionError.class);
        assertThat(first.get()).isNull();
    }

    // ---- observations

    /** Throws at one call-back. */
    private record Handler(String where, Thrown thrown) implements ObservationHandler<Observation.Context> {

        private void at(String place) {
            if (place.equals(where)) {
                sneak(thrown.make());
            }
        }

        @Override
        public void onStart(Observation.Context context) {
            at("start");
        }

        @Override
        public void onError(Observation.Context context) {
            at("error");
        }

        @Override
        public void onScopeOpened(Observation.Context context) {
            at("opened");
        }

        @Override
        public void onScopeClosed(Observation.Context context) {
            at("closed");
        }

        @Override
        public void onStop(Observation.Context context) {
            at("stop");
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            at("supports");
            return true;
        }
    }

    /** Counts the scopes of the thread, as tracing does. */
    private static final class Scopes implements ObservationHandler<Observation.Context> {
        private int open;

        @Override
        public void onScopeOpened(Observation.Context context) {
            open++;
        }

        @Override
        public void onScopeClosed(Observation.Context context) {
            open--;
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource(Thrown.class)
    void the_observation_of_a_task_does_not_stay_on_the_thread_of_its_worker(Thrown thrown) {
        for (String where : List.of("none", "supports", "start", "error", "opened", "closed", "stop")) {
            for (boolean inAnother : new boolean[]{false, true}) {
                ObservationRegistry registry = ObservationRegistry.create();
                Observation outer = inAnother ? Observation.start("outer", registry) : Observation.NOOP;
                try (Observation.Scope scope = outer.openScope()) {
                    Observation.Scope before = registry.getCurrentObservationScope();
                    Scopes scopes = new Scopes();
                    registry.observationConfig().observationHandler(scopes)
                            .observationHandler(new Handler(where, thrown));
                    PoolTaskDecorator decorator = new ObservedTaskDecorator(registry,
                            new PoolTaskObservationConvention());
                    for (int i = 0; i < 2; i++) {
                        int result = i;
                        assertThat(outcome(decorator.decorate("p", worker -> result))).isEqualTo(result);
                        IllegalArgumentException ofTask = new IllegalArgumentException("of the task");
                        assertThat(outcome(decorator.decorate("p", worker -> {
                            throw ofTask;
                        }))).isSameAs(ofTask);
                        assertThat(registry.getCurrentObservationScope()).as(where).isSameAs(before);
                    }
                    if (!where.equals("closed")) { // handlers are told of the end in the other direction
                        assertThat(scopes.open).as(where).isZero();
                    }
                    assertThat(scope).isNotNull();
                }
            }
        }
    }

    @Test
    void a_scope_that_the_task_leaves_open_does_not_stay() {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new Scopes());
        PoolTaskDecorator decorator = new ObservedTaskDecorator(registry, new PoolTaskObservationConvention());
        assertThat(outcome(decorator.decorate("p", worker -> {
            Observation.Scope unused = Observation.start("left", registry).openScope();
            return 42;
        }))).isEqualTo(42);
        assertThat(registry.getCurrentObservation()).isNull();
    }
}
