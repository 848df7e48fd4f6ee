package io.github.ppool.observer;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaMethodReference;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.ppool.cluster.engine.NodeLeaseListener;
import io.github.ppool.cluster.engine.PermitUser;
import io.github.ppool.durable.engine.AttemptListener;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.pool.PoolListener;
import io.github.ppool.pool.SharedRate;
import io.github.ppool.spring.boot.PoolsListener;
import io.github.ppool.spring.boot.TreesListener;
import io.github.ppool.supervisor.SupervisorListener;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.core.task.TaskDecorator;

/**
 * Where the starter, the cluster, the durable tasks and the observer call code that they did not write, as {@code
 * GuardedCallsTest} of the core says it for the core.
 */
class GuardedModulesTest {

    private static final String ROOT = "io.github.ppool.";

    private static final JavaClasses MODULES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT + "spring.boot", ROOT + "cluster", ROOT + "durable", ROOT + "observer");

    private static final List<Class<?>> OBSERVERS = List.of(PoolListener.class, PoolsListener.class,
            TreesListener.class, SupervisorListener.class, NodeLeaseListener.class, AttemptListener.class,
            PermitUser.class, SharedRate.class, TaskDecorator.class);

    /** Methods that are called from a lambda which is handed to {@link ForeignCode}. */
    private static final Set<String> WITHIN_THE_GUARD = Set.of("spring.boot.ListenerGroup$Wish.isOf");

    /** Places that follow causes with a limit of their own. */
    private static final Set<String> BOUNDED = Set.of("spring.boot.web.PoolErrorAdvice.answer");

    private static Stream<JavaCodeUnitAccess<?>> accesses(JavaClasses classes,
            Predicate<JavaCodeUnitAccess<?>> which) {
        return classes.stream()
                .flatMap(type -> type.getCodeUnitAccessesFromSelf().stream())
                .<JavaCodeUnitAccess<?>>map(access -> access)
                .filter(which);
    }

    private static String placeOf(JavaCodeUnitAccess<?> access) {
        return access.getOriginOwner().getName().replace(ROOT, "") + "." + access.getOrigin().getName();
    }

    private static boolean callsObserver(JavaCodeUnitAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        return !Set.of("<init>", "getClass").contains(access.getTarget().getName())
                && !owner.equals(access.getOriginOwner())
                && OBSERVERS.stream().anyMatch(spi -> owner.isEquivalentTo(spi));
    }

    private static boolean isGuarded(JavaCodeUnitAccess<?> access) {
        if (WITHIN_THE_GUARD.contains(placeOf(access))) {
            return true;
        }
        // a method of the interface calls another one of the same object
        boolean ofTheObserver = access.getOriginOwner().isAssignableTo(access.getTargetOwner().getName())
                && !access.isDeclaredInLambda();
        boolean isPassed = access.isDeclaredInLambda() || access instanceof JavaMethodReference;
        boolean handedOver = isPassed && access.getOriginOwner()
                .getMethodCallsFromSelf().stream()
                .anyMatch(call -> call.getTargetOwner().isEquivalentTo(ForeignCode.class)
                        || call.getTargetOwner().getSimpleName().equals("ListenerGroup"));
        return ofTheObserver || handedOver;
    }

    private static List<String> unguarded(JavaClasses classes) {
        return accesses(classes, access -> callsObserver(access) && !isGuarded(access))
                .map(access -> placeOf(access) + " calls " + access.getTarget().getFullName())
                .distinct().sorted().toList();
    }

    @Test
    void observers_are_called_through_the_guard_only() {
        assertThat(unguarded(MODULES)).isEmpty();
    }

    private static boolean followsCause(JavaCodeUnitAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        return access.getTarget().getName().equals("getCause")
                && owner.isAssignableTo(Throwable.class)
                && !owner.isEquivalentTo(ExecutionException.class) && !owner.isEquivalentTo(CompletionException.class)
                && !owner.getName().startsWith(ROOT);
    }

    @Test
    void causes_of_foreign_exceptions_are_followed_through_the_guard_only() {
        assertThat(accesses(MODULES, access -> followsCause(access) && !BOUNDED.contains(placeOf(access)))
                .map(GuardedModulesTest::placeOf).distinct()).isEmpty();
    }

    @Test
    void lines_of_the_log_are_written_through_the_guard_only() {
        Set<String> systems = Set.of("org.slf4j.Logger", "org.slf4j.LoggerFactory",
                "org.apache.commons.logging.Log", "org.apache.commons.logging.LogFactory", "java.lang.System$Logger",
                "java.util.logging.Logger");
        assertThat(accesses(MODULES, access -> systems.contains(access.getTargetOwner().getName()))
                .map(GuardedModulesTest::placeOf).distinct()).isEmpty();
    }

    /** Patterns that no class of the modules may have. */
    @SuppressWarnings("unused") // it is never run
    private static final class Careless {

        private static void tell(PoolsListener listener) {
            listener.poolStopped("pool");
        }

        private static void tellAll(List<TreesListener> listeners) {
            listeners.forEach(listener -> listener.treeStopped("tree"));
        }

        private static Runnable decorate(TaskDecorator decorator, Runnable task) {
            return decorator.decorate(task);
        }
    }

    @Test
    void a_call_past_the_guard_is_found() {
        JavaClasses careless = new ClassFileImporter().importClasses(Careless.class);
        assertThat(unguarded(careless)).hasSize(3)
                .anyMatch(call -> call.contains("Careless.tell calls"))
                .anyMatch(call -> call.contains("Careless.tellAll calls"))
                .anyMatch(call -> call.contains("Careless.decorate calls"));
    }
}
