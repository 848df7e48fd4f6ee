package io.github.ppool;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaMethodReference;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.ppool.genserver.GenServer;
import io.github.ppool.pool.PoolListener;
import io.github.ppool.pool.PoolTaskDecorator;
import io.github.ppool.pool.SharedRate;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.pool.WorkerGate;
import io.github.ppool.pool.WorkerPermit;
import io.github.ppool.process.ExitListener;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessBody;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessInit;
import io.github.ppool.restart.PlanFunction;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.StartFunction;
import io.github.ppool.supervisor.SupervisorEvent;
import io.github.ppool.supervisor.SupervisorListener;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Where the library calls code that it did not write. Each kind of foreign code has the few methods that may call it; a
 * call from anywhere else fails here, and its author has to guard it and to add the place. See the package
 * {@code guard}.
 */
class GuardedCallsTest {

    private static final String ROOT = "io.github.ppool.";

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.github.ppool");

    /** How a place that calls foreign code is guarded. */
    private enum Guard {
        /** By {@code ForeignCode}: the call is in a lambda or is a method reference, which is handed over to it. */
        HANDED_OVER,
        /**
         * The place is itself the guard, or the code is the very body of a process and ends that process if it throws.
         */
        ITSELF
    }

    /**
     * A kind of foreign code.
     *
     * @param target the name of the foreign method
     * @param guard the way to call it
     * @param places the methods that may call it, as {@code package.Class.method}
     */
    private record Rule(String name, Predicate<CodeUnitAccessTarget> target, Guard guard, Set<String> places) {

        private Stream<JavaCodeUnitAccess<?>> calls(JavaClasses classes) {
            return classes.stream()
                    .flatMap(type -> type.getCodeUnitAccessesFromSelf().stream())
                    .filter(access -> target.test(access.getTarget()))
                    // a default method is part of the foreign code itself
                    .filter(access -> !access.getOriginOwner().equals(access.getTargetOwner()))
                    // the compiler's bridge to a method of the same object
                    .filter(access -> !access.getOrigin().getModifiers().contains(JavaModifier.BRIDGE))
                    .filter(access -> !isOfPattern(access))
                    .map(access -> (JavaCodeUnitAccess<?>) access);
        }

        private Stream<String> violations(JavaClasses classes) {
            return calls(classes)
                    .filter(access -> !isAllowed(access))
                    .map(access -> name + ": " + placeOf(access) + " calls " + access.getTarget().getFullName());
        }

        private boolean isAllowed(JavaCodeUnitAccess<?> access) {
            return (places.contains(placeOf(access)) || places.contains(classOf(access) + ".*"))
                    && (guard == Guard.ITSELF || access.isDeclaredInLambda()
                            || access instanceof JavaMethodReference)
                    || guard == Guard.HANDED_OVER && access.isDeclaredInLambda() && isTold(access);
        }

        /** The lambda is an event of a pool, which the notifier of its listener hands over. */
        private static boolean isTold(JavaCodeUnitAccess<?> access) {
            return access.getTargetOwner().isAssignableTo(PoolListener.class) && access.getOrigin()
                    .getMethodCallsFromSelf()
                    .stream()
                    .anyMatch(call -> call.getTargetOwner().getSimpleName().equals("ListenerNotifier")
                            && call.getTarget().getName().equals("tell"));
        }

        private Stream<String> unusedPlaces(JavaClasses classes) {
            Set<String> used = calls(classes)
                    .flatMap(access -> Stream.of(placeOf(access), classOf(access) + ".*"))
                    .collect(Collectors.toSet());
            return places.stream().filter(place -> !used.contains(place)).map(place -> name + ": " + place);
        }

        private static String classOf(JavaCodeUnitAccess<?> access) {
            return access.getOriginOwner().getName().replace(ROOT, "");
        }

        private static String placeOf(JavaCodeUnitAccess<?> access) {
            return classOf(access) + "." + access.getOrigin().getName();
        }

        /**
         * The compiler has an exception that the accessor of a record throws asked for its text, where a pattern takes
         * it apart.
         */
        private static boolean isOfPattern(JavaCodeUnitAccess<?> access) {
            return access.getTarget().getName().equals("toString") && access.getOrigin().getConstructorCallsFromSelf()
                    .stream()
                    .anyMatch(made -> made.getTargetOwner().isEquivalentTo(MatchException.class)
                            && made.getLineNumber() == access.getLineNumber());
        }
    }

    /** The methods of a type, called by any subtype, but not its static ones. */
    private static Predicate<CodeUnitAccessTarget> of(Class<?> spi) {
        Map<String, Boolean> known = new HashMap<>(); // there are tens of thousands of calls, and few owners
        return target -> known.computeIfAbsent(target.getOwner().getName(),
                owner -> target.getOwner().isAssignableTo(spi)) && !isConstructor(target)
                && target.resolveMember().map(member -> !member.getModifiers()
                        .contains(JavaModifier.STATIC)).orElse(true);
    }

    private static Predicate<CodeUnitAccessTarget> of(Class<?> spi, String... names) {
        Set<String> wanted = Set.of(names);
        return ((Predicate<CodeUnitAccessTarget>) target -> wanted.contains(target.getName())).and(of(spi));
    }

    private static boolean isConstructor(CodeUnitAccessTarget target) {
        return target.getName().equals("<init>");
    }

    private static Predicate<CodeUnitAccessTarget> exactly(Class<?> owner, String name, Class<?>... parameters) {
        return target -> target.getOwner().isEquivalentTo(owner) && target.getName().equals(name)
                && target.getRawParameterTypes().stream().map(JavaClass::getName).toList()
                        .equals(Stream.of(parameters).map(Class::getName).toList());
    }

    private static final List<Rule> RULES = List.of(
            new Rule("listeners of pools", of(PoolListener.class), Guard.HANDED_OVER,
                    Set.of("pool.engine.ListenerNotifier.*")),
            new Rule("listeners of supervisors", of(SupervisorListener.class, "on"), Guard.HANDED_OVER,
                    Set.of("supervisor.SupervisorReports.tell", "supervisor.ListenerPair.on")),
            new Rule("listeners of exits", of(ExitListener.class, "exited"), Guard.HANDED_OVER,
                    Set.of("process.ExitWatch.ended")),
            new Rule("decorators of tasks", of(PoolTaskDecorator.class, "decorate"), Guard.HANDED_OVER,
                    Set.of("pool.engine.OptionedTasks.decorated")),
            new Rule("factories of workers", of(WorkerFactory.class), Guard.HANDED_OVER,
                    Set.of("pool.engine.WorkerProcess.make", "pool.engine.WorkerProcess.check",
                            "pool.engine.WorkerProcess.survives", "pool.engine.WorkerProcess.wearOf",
                            "pool.engine.WorkerProcess.close", "pool.engine.OrphanTracker.close")),
            new Rule("gates of pools", of(WorkerGate.class).or(of(WorkerPermit.class)), Guard.HANDED_OVER,
                    Set.of("pool.engine.PoolGate.open", "pool.engine.PoolGate.close", "pool.engine.PoolGate.ask",
                            "pool.engine.PoolGate.release")),
            new Rule("owners of shared rates", of(SharedRate.class), Guard.HANDED_OVER,
                    Set.of("pool.engine.PoolRateShare.open", "pool.engine.PoolRateShare.close",
                            "pool.engine.PoolRateShare.tellWanted",
                            "pool.engine.ShareWindow.rateOf")),
            new Rule("plan functions", of(PlanFunction.class, "decide"), Guard.HANDED_OVER,
                    Set.of("restart.PlanState.call")),
            new Rule("predicates", of(Predicate.class, "test"), Guard.ITSELF,
                    Set.of("guard.ForeignCode.judges",
                            // in a lambda that is handed over to it
                            "pool.engine.CrashClassifier.isBroken",
                            // a process's own, in its own wait
                            "process.Mailbox.take",
                            // of the library
                            "process.ProcessSystem.own", "pool.engine.Waiters.refuseAll")),
            // one of them is the library's own and is called without a guard: BodyStart
            new Rule("starts of children", of(ChildStart.class, "start"), Guard.ITSELF,
                    Set.of("supervisor.RestartLogic.start")),
            // within the guard of the start that it is part of
            new Rule("start functions", of(StartFunction.class, "start"), Guard.ITSELF,
                    Set.of("supervisor.ArgumentsStart.start")),
            new Rule("bodies of processes", of(ProcessBody.class, "run").or(of(ProcessInit.class, "init")),
                    Guard.ITSELF,
                    Set.of("process.ProcessSystem$Life.run", "process.StartedBody.run",
                            "process.StartedBody.initialise")),
            new Rule("servers", of(GenServer.class).and(target -> target.getOwner().isEquivalentTo(GenServer.class)
                    && !target.getName().equals("getClass")), Guard.ITSELF, Set.of("genserver.ServerLoop.*")),
            new Rule("dependents of stages", of(CompletableFuture.class, "complete", "completeExceptionally"),
                    Guard.ITSELF,
                    Set.of("genserver.PendingAsyncCall.reply", "genserver.PendingAsyncCall.fail",
                            // by Waiters and TaskAttempts
                            "pool.engine.TaskOutcome.settle", "pool.engine.TaskOutcome.settleExceptionally",
                            "pool.engine.Waiters.grantStage", "pool.engine.Waiters.refuse", // by DeferredActions
                            "pool.engine.GroupStageEntry.refuse", "pool.engine.BroadcastService$Round.close",
                            // new ones, without dependents
                            "pool.engine.EngineGroup.borrow",
                            "pool.engine.PoolTree.stopPoolAsync",
                            "pool.engine.EnginePoolClient.borrow")), // a new one, without dependents
            new Rule("logging systems", of(Logger.class).or(of(LoggingEventBuilder.class)), Guard.ITSELF,
                    Set.of("guard.GuardedLog.log", "guard.GuardedLog.lost", "guard.GuardedLog$Event.*")),
            new Rule("exceptions", of(Throwable.class, "getMessage", "getLocalizedMessage", "getCause", "toString",
                    "getStackTrace", "printStackTrace", "hashCode", "equals"), Guard.ITSELF,
                    Set.of("guard.FailureText.*", "guard.FailureText$Answers.*", "guard.CauseChain.causeOf",
                            "guard.VisibleFailure.*", // within its own guard, of a class that has answered before
                            // exceptions of the library and of the JDK
                            "pool.engine.GroupAdmission.brief", "pool.engine.GroupAdmission.refusedByAll",
                            "pool.engine.PoolTree$Started.reason", "pool.engine.AsyncTransaction.unwrapped",
                            "process.StageEnd.reason", "restart.PlanByReason.plan",
                            "restart.PlanParser.checked")),
            new Rule("texts of objects", exactly(Object.class, "toString"), Guard.ITSELF,
                    Set.of("guard.ForeignText.asked",
                            // code of a configuration, on the thread of its developer; and the library's
                            // own
                            "restart.PlanByReason.plan", "pool.engine.WaitQueue.toString")));

    @Test
    void foreign_code_is_called_from_guarded_places_only() {
        assertThat(RULES.stream().flatMap(rule -> rule.violations(CORE)).distinct().sorted()).isEmpty();
    }

    @Test
    void every_guarded_place_is_in_use() {
        assertThat(RULES.stream().flatMap(rule -> rule.unusedPlaces(CORE))).isEmpty();
    }

    /** Patterns that no class of the library may have. */
    @SuppressWarnings({"unused", "ReturnValueIgnored", "ObjectToString"}) // it is never run
    private static final class Careless {

        private static void tellPool(PoolListener listener) {
            listener.phaseChanged("pool", io.github.ppool.pool.PoolPhase.GAVE_UP);
        }

        private static void tellPoolLater(List<PoolListener> listeners) {
            listeners.forEach(listener -> listener.phaseChanged("pool", io.github.ppool.pool.PoolPhase.GAVE_UP));
        }

        private static void askListener(Stream<PoolListener> listeners) {
            var unused = listeners.anyMatch(PoolListener::wantsLeases);
        }

        private static void tellSupervisor(SupervisorListener listener, SupervisorEvent event) {
            listener.on(event);
        }

        private static void tellEnd(ExitListener listener, Pid pid) {
            listener.exited(pid, ExitReason.NORMAL);
        }

        private static void decorate(PoolTaskDecorator decorator) {
            decorator.decorate("pool", worker -> worker);
        }

        private static void create(WorkerFactory<?> factory) throws Exception {
            factory.create();
        }

        private static void passGate(WorkerGate gate, io.github.ppool.pool.GatedPool pool, Pid process)
                throws Exception {
            var unused = gate.acquire(pool, process);
        }

        private static void release(WorkerPermit permit) {
            permit.release();
        }

        private static void closeRate(SharedRate rate, io.github.ppool.pool.RateShare share) {
            rate.closed(share);
        }

        private static void decide(PlanFunction function) {
            function.decide(ExitReason.NORMAL, 1);
        }

        private static void judge(Predicate<Throwable> judge, Throwable failure) {
            judge.test(failure);
        }

        private static void start(ChildStart start, ProcessContext supervisor) throws Exception {
            start.start(supervisor, null);
        }

        private static void startWith(StartFunction start, ProcessContext supervisor) throws Exception {
            start.start(supervisor, List.of());
        }

        private static void run(ProcessBody body, ProcessContext self) throws Exception {
            body.run(self);
        }

        private static void terminate(GenServer<String, String, String> server,
                io.github.ppool.genserver.ServerContext self) throws Exception {
            server.terminate(ExitReason.NORMAL, self);
        }

        private static void complete(CompletableFuture<String> future) {
            future.complete("done");
        }

        private static void log(Logger logger) {
            logger.error("a line");
        }

        private static void message(RuntimeException failure) {
            String unused = failure.getMessage();
        }

        private static void cause(Stream<Throwable> failures) {
            var unused = failures.map(Throwable::getCause).toList();
        }

        private static void text(Object foreign) {
            String unused = foreign.toString();
        }
    }

    @Test
    void a_call_from_anywhere_else_is_found() {
        JavaClasses careless = new ClassFileImporter().importClasses(Careless.class);
        List<String> found = RULES.stream().flatMap(rule -> rule.violations(careless)).toList();
        List<String> expected = List.of("tellPool", "tellPoolLater", "askListener", "tellSupervisor", "tellEnd",
                "decorate", "create", "passGate", "release", "closeRate", "decide", "judge", "start", "startWith",
                "run",
                "terminate", "complete", "log",
                "message",
                "cause", "text");
        assertThat(expected).allSatisfy(method -> assertThat(found)
                .as(method)
                .anyMatch(violation -> violation.contains("GuardedCallsTest$Careless." + method + " calls ")));
        assertThat(found).hasSize(expected.size());
        assertThat(RULES).allSatisfy(rule -> assertThat(found)
                .as("each rule finds something")
                .anyMatch(violation -> violation.startsWith(rule.name() + ": ")));
    }

    @Test
    void a_guarded_place_may_not_call_outside_of_the_guard() {
        Rule ofCareless = new Rule("listeners of pools", of(PoolListener.class), Guard.HANDED_OVER,
                Set.of("GuardedCallsTest$Careless.*"));
        JavaClasses careless = new ClassFileImporter().importClasses(Careless.class);
        assertThat(ofCareless.violations(careless)).singleElement().asString().contains("Careless.tellPool calls ");
    }
}
