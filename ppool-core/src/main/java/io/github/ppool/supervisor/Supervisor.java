package io.github.ppool.supervisor;

import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.genserver.ServerExitedException;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartResult;
import io.github.ppool.process.CallerRuns;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The handle of a supervisor: a process that starts its children in order, restarts those that end as their
 * specifications say, and stops them in reverse order.
 *
 * <p>May be used from any thread. The methods that ask wait for the supervisor's answer without a limit, as OTP's do;
 * while it starts or stops a child it answers nobody. They throw {@link ServerExitedException} if it has ended or ends
 * meanwhile, and {@link InterruptedException} if the calling thread is interrupted; what was asked may be done all the
 * same. A child that asks its own supervisor while it prepares itself, or while the supervisor waits for its end, gets
 * an {@link IllegalStateException}: each would wait for the other. So does a process that the child itself is starting
 * meanwhile.
 *
 * <p>While the supervisor has nothing to do, the calling thread does by itself what only looks, and what starts or
 * stops a child without a wait and without running the child's code: see {@link CallerRuns}. The log and the
 * {@link SupervisorListener} are then told on that thread. Neither they nor one that listens to the end of a child may
 * wait for the supervisor's answer there: {@link IllegalStateException}.
 *
 * <p>Stands for OTP's module {@code supervisor} and director's module {@code director}.
 */
public final class Supervisor extends SupervisorQueries {

    private Supervisor(ProcessSystem system, Pid pid) {
        super(new SupervisorClient(system, pid));
    }

    // ---- starting and stopping

    /**
     * Starts a supervisor and its first children, and waits until they are ready. It is linked to nobody: it stops when
     * {@link #stop} or an exit signal says so.
     *
     * @param system where
     * @param spec what it does
     * @return its handle
     * @throws IllegalArgumentException if a child has no start, neither of its own nor of the defaults to which it
     *     appends; nothing is started
     * @throws SupervisorStartException if a first child could not be started; those before it are stopped again. Or,
     *     with {@link AlreadyStarted}, if its registered name belongs to another process; then no child was started
     * @throws InterruptedException if the calling thread is interrupted while it waits; the supervisor is killed
     */
    public static Supervisor start(ProcessSystem system, SupervisorSpec spec) throws InterruptedException {
        spec.checkStarts();
        StartResult result = system.start(
                GenServerRef.linkedTo(() -> new SupervisorProcess(spec), system.rootPid()), options(spec));
        return switch (result) {
            case StartResult.Started(Pid pid, Object info) -> new Supervisor(system, pid);
            case StartResult.Failed(ExitReason reason) -> throw new SupervisorStartException(spec.name(), reason);
            case StartResult.Ignored ignored -> throw new IllegalStateException("a supervisor never ignores its start");
        };
    }

    /**
     * Starts a supervisor linked to the calling process, which becomes its parent. Stands for
     * {@code supervisor:start_link/2}, and for {@code start_link/3} if the specification has a
     * {@linkplain SupervisorSpec#registered registered name}.
     *
     * @param parent the calling process
     * @param spec what it does
     * @return what came of it; a failure has the reason <code>{shutdown, {failed_to_start_child, Id, Reason}}</code>,
     *     or {@link AlreadyStarted} if the registered name belongs to another process
     * @throws IllegalArgumentException if a child has no start, neither of its own nor of the defaults to which it
     *     appends; nothing is started
     * @throws InterruptedException if the calling thread is interrupted while it waits; the supervisor is killed
     */
    public static StartResult startLink(ProcessContext parent, SupervisorSpec spec) throws InterruptedException {
        spec.checkStarts();
        return parent.startLink(
                GenServerRef.linkedTo(() -> new SupervisorProcess(spec), parent.self()), options(spec));
    }

    private static SpawnOptions options(SupervisorSpec spec) {
        SpawnOptions options = SpawnOptions.labelled(spec.name()).trappingExits();
        return spec.platformThread() ? options.onPlatformThread() : options;
    }

    /**
     * Makes a supervisor the child of another supervisor. The child has type {@link ChildType#SUPERVISOR}.
     *
     * @param id the id of the child, unique among its siblings and not empty
     * @param spec the specification of the nested supervisor
     * @return the child specification
     * @throws IllegalArgumentException if the id is empty, or if a child in {@code spec} has no start
     * @see #childStart
     */
    public static ChildSpec asChild(String id, SupervisorSpec spec) {
        return ChildSpec.of(id, childStart(spec)).type(ChildType.SUPERVISOR);
    }

    /**
     * Makes the start of a nested supervisor, which is linked to the supervisor that starts it.
     *
     * @param spec the specification of the nested supervisor
     * @return the start
     * @throws IllegalArgumentException if a child in {@code spec} has no start, see {@link #start}
     */
    public static ChildStart childStart(SupervisorSpec spec) {
        spec.checkStarts();
        return (supervisor, argument) -> startLink(supervisor, spec);
    }

    /**
     * Checks one child specification without starting anything, as a supervisor without defaults would. Stands for
     * {@code director:check_childspec/1}.
     *
     * @param spec the child
     * @throws IllegalArgumentException if it has no start of its own, or is significant
     */
    public static void checkChildSpec(ChildSpec spec) {
        checkChildSpecs(AutoShutdown.NEVER, List.of(spec));
    }

    /**
     * Checks child specifications without starting anything, as a supervisor without defaults would. Stands for
     * {@code supervisor:check_childspecs/2}.
     *
     * @param autoShutdown what the supervisor would be told
     * @param specs the children that it would have
     * @throws IllegalArgumentException if they can't be together, or one has no start of its own: see
     *     {@link SupervisorSpec}
     */
    public static void checkChildSpecs(AutoShutdown autoShutdown, List<ChildSpec> specs) {
        checkChildSpecs(autoShutdown, ChildDefaults.NONE, specs);
    }

    /**
     * Checks child specifications together with the defaults of their supervisor, without starting anything.
     *
     * @param autoShutdown that of the supervisor
     * @param defaults those of the supervisor
     * @param specs its children
     * @throws IllegalArgumentException if they can't be together, or one has no start: see {@link SupervisorSpec}
     */
    public static void checkChildSpecs(AutoShutdown autoShutdown, ChildDefaults defaults, List<ChildSpec> specs) {
        SupervisorSpec.oneForOne("to check")
                .autoShutdown(autoShutdown)
                .defaultChildSpec(defaults)
                .children(specs)
                .checkStarts();
    }

    /**
     * The supervisor that is registered under a name, see {@link SupervisorSpec#registered}. Stands for the name by
     * which OTP's functions take a supervisor.
     *
     * @param system where
     * @param name which
     * @return its handle; empty if no living process has the name. If a process that is no supervisor has it, see
     *     {@link #of}
     */
    public static Optional<Supervisor> named(ProcessSystem system, String name) {
        require("name", name);
        return system.whereis(name).map(pid -> new Supervisor(system, pid));
    }

    /**
     * The handle of a supervisor that runs already, a nested one for example.
     *
     * @param system where
     * @param pid a supervisor's pid; what another process does with a supervisor's requests is its own affair
     * @return its handle
     */
    public static Supervisor of(ProcessSystem system, Pid pid) {
        return new Supervisor(system, pid);
    }

    /**
     * Stops the children in reverse order and then the supervisor, with {@link ExitReason#SHUTDOWN}, as its parent
     * would. Waits until it has ended. Does nothing if it has.
     *
     * @param timeout how long to wait; zero and negative only tell it
     * @return whether it has ended; false when the time is over, and it goes on stopping
     * @throws InterruptedException if the calling thread is interrupted; it goes on stopping
     */
    public boolean stop(Duration timeout) throws InterruptedException {
        return stop(ExitReason.SHUTDOWN, timeout);
    }

    /**
     * Stops the children in reverse order and then the supervisor, with a reason of one's own. The children are told
     * {@code shutdown} all the same. A supervisor above takes it as any end: after {@code normal}, {@code shutdown} or
     * <code>{shutdown, X}</code> it starts only a permanent child again, after any other reason a transient one too.
     * Waits until it has ended. Does nothing if it has. Stands for {@code director:stop/3}, whose defaults are
     * {@code normal} and 5 seconds.
     *
     * @param reason the exit reason of the supervisor
     * @param timeout how long to wait; zero and negative only tell it
     * @return whether it has ended; false when the time is over, and it goes on stopping
     * @throws InterruptedException if the calling thread is interrupted; it goes on stopping
     * @throws IllegalStateException if the supervisor's own process calls, or one that it is starting or stopping;
     *     nothing is done
     */
    public boolean stop(ExitReason reason, Duration timeout) throws InterruptedException {
        require("reason", reason);
        require("timeout", timeout);
        return client().stop(reason, timeout);
    }

    /**
     * As {@link #stop(Duration)}, without waiting for it: tells the supervisor to stop. Any thread, the supervisor's
     * own included; does not block.
     */
    public void stopAsync() {
        stopAsync(ExitReason.SHUTDOWN);
    }

    /**
     * As {@link #stop(ExitReason, Duration)}, without waiting for it: tells the supervisor to stop. Any thread, the
     * supervisor's own included; does not block.
     *
     * @param reason the exit reason of the supervisor
     */
    public void stopAsync(ExitReason reason) {
        require("reason", reason);
        client().tellToStop(reason);
    }

    // ---- children

    /**
     * Adds a child and starts it. Stands for {@code supervisor:start_child/2}.
     *
     * @param spec the child
     * @return {@link ChildResult.Started}, {@link ChildResult.Ignored} (the specification is kept unless it is
     *     temporary), {@link ChildResult.Restarting} (its start has asked for a later try), {@link ChildResult.Failed}
     *     (it is not kept), or {@link ChildResult.Refused}: already_started, already_present, simple_one_for_one
     * @throws IllegalArgumentException if it is significant and can't be, or has no start, neither of its own nor of
     *     the defaults to which it appends; nothing is changed
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult startChild(ChildSpec spec) throws InterruptedException {
        require("spec", spec);
        return client().act("start_child", spec.id(),
                requests -> requests.tryStart(spec), requests -> requests.start(spec));
    }

    /**
     * Adds a child without waiting for it.
     *
     * @param spec the child
     * @return completes as {@link #startChild(ChildSpec)} returns, on the supervisor's thread: what depends on it
     *     directly must be short
     */
    public CompletionStage<ChildResult> startChildAsync(ChildSpec spec) {
        require("spec", spec);
        return client().askAsync("start_child", spec.id(), requests -> requests.start(spec));
    }

    /**
     * Makes a child from the template. Stands for {@code supervisor:start_child/2} under {@code simple_one_for_one}.
     *
     * @param argument what the template's start gets
     * @return as for {@link #startChild(ChildSpec)}
     * @throws IllegalArgumentException if the strategy is another one
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult startChild(Object argument) throws InterruptedException {
        require("argument", argument);
        return client().act("start_child", "from the template",
                requests -> requests.tryStartFromTemplate(argument),
                requests -> requests.startFromTemplate(argument));
    }

    /**
     * Makes a child from the template without waiting for it.
     *
     * @param argument what the template's start gets
     * @return completes as {@link #startChild(Object)} returns, on the supervisor's thread
     */
    public CompletionStage<ChildResult> startChildAsync(Object argument) {
        require("argument", argument);
        return client().askAsync("start_child", "from the template", requests -> requests.startFromTemplate(argument));
    }

    /**
     * Starts a child that does not run. A plan is left where it is. Stands for {@code supervisor:restart_child/2}.
     *
     * @param id which
     * @return {@link ChildResult.Started}, {@link ChildResult.Ignored}, {@link ChildResult.Failed} (the specification
     *     is kept), or {@link ChildResult.Refused}: running, not_found, simple_one_for_one, and restarting, unless the
     *     child has a plan: then a delayed restart is overtaken. Also restarting if its start asks for a later try,
     *     which is then to come
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult restartChild(String id) throws InterruptedException {
        require("id", id);
        return client().ask("restart_child", id, requests -> requests.restart(id));
    }

    /**
     * Starts a child that does not run, without waiting for it.
     *
     * @param id which
     * @return completes as {@link #restartChild(String)} returns, on the supervisor's thread
     */
    public CompletionStage<ChildResult> restartChildAsync(String id) {
        require("id", id);
        return client().askAsync("restart_child", id, requests -> requests.restart(id));
    }

    /**
     * Stops a child and keeps its specification, unless it is temporary. A restart to come is cancelled. Stands for
     * {@code supervisor:terminate_child/2}.
     *
     * @param id which
     * @return {@link ChildResult.Done}, also if it did not run, or {@link ChildResult.Refused}: not_found,
     *         simple_one_for_one
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult terminateChild(String id) throws InterruptedException {
        require("id", id);
        return client().act("terminate_child", id,
                requests -> requests.tryTerminate(id), requests -> requests.terminate(id));
    }

    /**
     * Stops the child that is a process; the way to name one under {@link Strategy#SIMPLE_ONE_FOR_ONE}, where it is
     * forgotten too, and where a child that is about to be restarted is named by the process that it was.
     *
     * @param pid which
     * @return {@link ChildResult.Done}, under {@link Strategy#SIMPLE_ONE_FOR_ONE} also for a process that has ended, or
     *     {@link ChildResult.Refused}: not_found
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult terminateChild(Pid pid) throws InterruptedException {
        require("pid", pid);
        return client().act("terminate_child", pid,
                requests -> requests.tryTerminate(pid), requests -> requests.terminate(pid));
    }

    /**
     * Stops the child that is a process without waiting for it.
     *
     * @param pid which
     * @return completes as {@link #terminateChild(Pid)} returns, on the supervisor's thread
     */
    public CompletionStage<ChildResult> terminateChildAsync(Pid pid) {
        require("pid", pid);
        return client().askAsync("terminate_child", pid, requests -> requests.terminate(pid));
    }

    /**
     * Forgets a child that does not run. Stands for {@code supervisor:delete_child/2}.
     *
     * @param id which
     * @return {@link ChildResult.Done}, or {@link ChildResult.Refused}: running, not_found, simple_one_for_one, and
     *     restarting, unless the child has a plan
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult deleteChild(String id) throws InterruptedException {
        require("id", id);
        return client().ask("delete_child", id, requests -> requests.delete(id));
    }

    /**
     * Stops a child and forgets it. Stands for {@code director:terminate_and_delete_child/2}.
     *
     * @param id which
     * @return {@link ChildResult.Done}, or {@link ChildResult.Refused}: not_found, simple_one_for_one
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult terminateAndDeleteChild(String id) throws InterruptedException {
        require("id", id);
        return client().act("terminate_and_delete_child", id,
                requests -> requests.tryTerminateAndDelete(id), requests -> requests.terminateAndDelete(id));
    }

    /**
     * Stops a child and forgets it, without waiting for it.
     *
     * @param id which
     * @return completes as {@link #terminateAndDeleteChild(String)} returns, on the supervisor's thread
     */
    public CompletionStage<ChildResult> terminateAndDeleteChildAsync(String id) {
        require("id", id);
        return client().askAsync("terminate_and_delete_child", id, requests -> requests.terminateAndDelete(id));
    }

    /**
     * Stops the child that is a process and forgets it. Stands for {@code director:terminate_and_delete_child/2} with a
     * pid.
     *
     * @param pid which
     * @return as for {@link #terminateChild(Pid)}
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult terminateAndDeleteChild(Pid pid) throws InterruptedException {
        require("pid", pid);
        return client().ask("terminate_and_delete_child", pid, requests -> requests.terminateAndDelete(pid));
    }

    /**
     * Makes a process that runs already a child: it is linked, and supervised from now on. It gets a message by which a
     * {@code GenServer} takes this supervisor for its parent, so that it stops in good order; a process that receives
     * messages by itself has one to drop. Whoever supervised it before should
     * {@linkplain #deleteRunningChild(Pid) let it go} first. Stands for {@code director:become_supervisor/3}.
     *
     * @param spec how to treat it, and how to start it again
     * @param running the process
     * @return {@link ChildResult.Started}, {@link ChildResult.Failed} with {@link ExitReason#NOPROC} if it has ended,
     *     or {@link ChildResult.Refused} as for {@link #startChild(ChildSpec)}
     * @throws IllegalArgumentException if it is significant and can't be, if the process is of another system, or this
     *     supervisor itself; nothing is changed
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult becomeSupervisor(ChildSpec spec, Pid running) throws InterruptedException {
        require("spec", spec);
        require("running", running);
        return client().ask("become_supervisor", spec.id() + " " + running, requests -> requests.adopt(spec, running));
    }

    /**
     * Lets a child go without stopping it: it is unlinked and forgotten, and so is one that does not run.
     *
     * @param id which
     * @return {@link ChildResult.Done}, or {@link ChildResult.Refused}: not_found
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult deleteRunningChild(String id) throws InterruptedException {
        require("id", id);
        return client().ask("delete_running_child", id, requests -> requests.release(id));
    }

    /**
     * Lets a child go without stopping it, and without waiting for that.
     *
     * @param id which
     * @return completes as {@link #deleteRunningChild(String)} returns, on the supervisor's thread
     */
    public CompletionStage<ChildResult> deleteRunningChildAsync(String id) {
        require("id", id);
        return client().askAsync("delete_running_child", id, requests -> requests.release(id));
    }

    /**
     * Lets the child that is a process go without stopping it: it is unlinked and forgotten. Stands for
     * {@code director:delete_running_child/2}.
     *
     * @param pid which
     * @return {@link ChildResult.Done}, or {@link ChildResult.Refused}: not_found
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult deleteRunningChild(Pid pid) throws InterruptedException {
        require("pid", pid);
        return client().ask("delete_running_child", pid, requests -> requests.release(pid));
    }

    // ---- changing

    /**
     * Gives a child another plan, which begins at its first element. Its process and a delayed restart go on. Stands
     * for {@code director:change_plan/3}.
     *
     * @param id which
     * @param plan the new plan
     * @return false if there is no such child
     * @throws IllegalArgumentException if the child has a restart type; nothing is changed
     * @throws InterruptedException see {@link Supervisor}
     */
    public boolean changePlan(String id, RestartPlan plan) throws InterruptedException {
        require("id", id);
        require("plan", plan);
        return client().ask("change_plan", id + " " + plan, requests -> requests.changePlan(id, plan));
    }

    /**
     * Lets a child's plan be run another number of times; rounds that are over count. Stands for
     * {@code director:change_count/3}.
     *
     * @param id which
     * @param count the new count
     * @return false if there is no such child
     * @throws IllegalArgumentException if the child has a restart type; nothing is changed
     * @throws InterruptedException see {@link Supervisor}
     */
    public boolean changeCount(String id, RestartCount count) throws InterruptedException {
        require("id", id);
        require("count", count);
        return client().ask("change_count", id + " " + count, requests -> requests.changeCount(id, count));
    }

    /**
     * Changes the defaults, also for the children that are there: those to whom it makes a difference begin their plan
     * anew, and their next start is by the new start and arguments; processes and delayed restarts go on. Stands for
     * {@code director:change_default_childspec/2}.
     *
     * @param defaults the new defaults
     * @throws IllegalArgumentException if a child that has no start of its own would have none, or would have arguments
     *     that the start does not take; nothing is changed
     * @throws InterruptedException see {@link Supervisor}
     */
    public void changeDefaultChildSpec(ChildDefaults defaults) throws InterruptedException {
        require("defaults", defaults);
        client().ask("change_default_childspec", defaults, requests -> requests.changeDefaults(defaults));
    }

    /**
     * Switches the trace on or off: what is asked, by whom, what is answered, what plans decide and which restarts are
     * due is logged at level INFO. Stands for director's option {@code [{debug, [trace]}]}.
     *
     * @param on whether to trace
     * @throws InterruptedException see {@link Supervisor}
     */
    public void trace(boolean on) throws InterruptedException {
        client().ask("trace", on, requests -> requests.tracing(on));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Supervisor that && client().equals(that.client());
    }

    @Override
    public int hashCode() {
        return client().hashCode();
    }

    @Override
    public String toString() {
        return "Supervisor" + pid();
    }
}
