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
 * The handle of a supervisor: a process that starts its children in order, restarts them as their specifications say,
 * and stops them in reverse order.
 *
 * <p>Any thread may use it. A request waits for the supervisor's answer without a limit, as in OTP. While the
 * supervisor starts or stops a child it answers no request. A request throws {@link ServerExitedException} if the
 * supervisor has ended or ends meanwhile, and {@link InterruptedException} if the calling thread is interrupted. The
 * supervisor may carry out the request all the same.
 *
 * <p>A child must not ask its own supervisor while it prepares itself or while the supervisor waits for its end. Each
 * would wait for the other, so the child gets an {@link IllegalStateException}. The same holds for a process that the
 * child starts meanwhile.
 *
 * <p>While the supervisor is idle, the calling thread runs some requests by itself, see {@link CallerRuns}: queries,
 * and starts and stops of children that need neither a wait nor the child's code. The log and the {@link
 * SupervisorListener} are then called on that thread. There, neither the listener nor a listener of a child's end may
 * wait for the supervisor's answer: they get an {@link IllegalStateException}.
 *
 * <p>Stands for OTP's module {@code supervisor} and director's module {@code director}.
 */
public final class Supervisor extends SupervisorQueries {

    static {
        SupervisorStart.use(Supervisor::startLink);
    }

    private Supervisor(ProcessSystem system, Pid pid) {
        super(new SupervisorClient(system, pid));
    }

    // ---- starting and stopping

    /**
     * Starts a supervisor and its first children, and blocks until they are ready. The supervisor is not linked. It
     * runs until {@link #stop} or an exit signal stops it.
     *
     * @param system the system of the supervisor's process
     * @param spec the specification
     * @return the handle
     * @throws IllegalArgumentException if a child has no start, neither of its own nor of the defaults to which it
     *     appends; no process is started
     * @throws SupervisorStartException if a first child could not be started; the children before it are stopped again.
     *     Also, with {@link AlreadyStarted}, if another process has the registered name; then no child was started
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
     * Starts a supervisor that is linked to the calling process, its parent. Stands for {@code
     * supervisor:start_link/2}, and for {@code start_link/3} if the specification has a {@linkplain
     * SupervisorSpec#registered registered name}.
     *
     * @param parent the calling process
     * @param spec the specification
     * @return the outcome; the reason of a failure is <code>{shutdown, {failed_to_start_child, Id, Reason}}</code>, or
     *     {@link AlreadyStarted} if another process has the registered name
     * @throws IllegalArgumentException if a child has no start, neither of its own nor of the defaults to which it
     *     appends; no process is started
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
     * Checks one child specification as a supervisor without defaults would, and starts no child. Stands for {@code
     * director:check_childspec/1}.
     *
     * @param spec the child
     * @throws IllegalArgumentException if the child has no start of its own, or is significant
     */
    public static void checkChildSpec(ChildSpec spec) {
        checkChildSpecs(AutoShutdown.NEVER, List.of(spec));
    }

    /**
     * Checks child specifications as a supervisor without defaults would, and starts no child. Stands for {@code
     * supervisor:check_childspecs/2}.
     *
     * @param autoShutdown the auto-shutdown of the supervisor
     * @param specs the children of the supervisor
     * @throws IllegalArgumentException if the children contradict each other or the auto-shutdown, or if one has no
     *     start of its own, see {@link SupervisorSpec}
     */
    public static void checkChildSpecs(AutoShutdown autoShutdown, List<ChildSpec> specs) {
        checkChildSpecs(autoShutdown, ChildDefaults.NONE, specs);
    }

    /**
     * Checks child specifications together with the defaults of their supervisor, and starts no child.
     *
     * @param autoShutdown the auto-shutdown of the supervisor
     * @param defaults the defaults of the supervisor
     * @param specs the children of the supervisor
     * @throws IllegalArgumentException if the children contradict each other or the auto-shutdown, or if one has no
     *     start, see {@link SupervisorSpec}
     */
    public static void checkChildSpecs(AutoShutdown autoShutdown, ChildDefaults defaults, List<ChildSpec> specs) {
        SupervisorSpec.oneForOne("to check")
                .autoShutdown(autoShutdown)
                .defaultChildSpec(defaults)
                .children(specs)
                .checkStarts();
    }

    /**
     * Finds the supervisor that is registered under a name, see {@link SupervisorSpec#registered}. Stands for the name
     * by which OTP's functions take a supervisor.
     *
     * @param system the system to search
     * @param name the name
     * @return the handle; empty if no living process has the name. If a process that is no supervisor has it, see
     *     {@link #of}
     */
    public static Optional<Supervisor> named(ProcessSystem system, String name) {
        require("name", name);
        return system.whereis(name).map(pid -> new Supervisor(system, pid));
    }

    /**
     * Returns the handle of a running supervisor, for example a nested one.
     *
     * @param system the system of the supervisor's process
     * @param pid the pid of a supervisor; another process receives the requests as messages that it does not know
     * @return the handle
     */
    public static Supervisor of(ProcessSystem system, Pid pid) {
        return new Supervisor(system, pid);
    }

    /**
     * Stops the children in reverse order and then the supervisor, with {@link ExitReason#SHUTDOWN}, as its parent
     * would. Blocks until the supervisor has ended. Has no effect if it has ended already.
     *
     * @param timeout the limit of the wait; zero and negative only send the request
     * @return true if the supervisor has ended; false when the time is over, and it goes on stopping
     * @throws InterruptedException if the calling thread is interrupted; the supervisor goes on stopping
     */
    public boolean stop(Duration timeout) throws InterruptedException {
        return stop(ExitReason.SHUTDOWN, timeout);
    }

    /**
     * Stops the children in reverse order and then the supervisor, with the given reason. The children get {@code
     * shutdown} all the same. A supervisor above treats it as any end: after {@code normal}, {@code shutdown} or
     * <code>{shutdown, X}</code> it restarts a permanent child only, after any other reason a transient one too. Blocks
     * until the supervisor has ended. Has no effect if it has ended already. Stands for {@code director:stop/3}, whose
     * defaults are {@code normal} and 5 seconds.
     *
     * @param reason the exit reason of the supervisor
     * @param timeout the limit of the wait; zero and negative only send the request
     * @return true if the supervisor has ended; false when the time is over, and it goes on stopping
     * @throws InterruptedException if the calling thread is interrupted; the supervisor goes on stopping
     * @throws IllegalStateException if the caller is the supervisor's own process, or one that it is starting or
     *     stopping; the call has no effect
     */
    public boolean stop(ExitReason reason, Duration timeout) throws InterruptedException {
        require("reason", reason);
        require("timeout", timeout);
        return client().stop(reason, timeout);
    }

    /** As {@link #stop(Duration)}, but does not wait. Any thread, also the supervisor's own; does not block. */
    public void stopAsync() {
        stopAsync(ExitReason.SHUTDOWN);
    }

    /**
     * As {@link #stop(ExitReason, Duration)}, but does not wait. Any thread, also the supervisor's own; does not block.
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
     * @return {@link ChildResult.Started}; {@link ChildResult.Ignored}, and the specification is kept unless it is
     *     temporary; {@link ChildResult.Restarting} if the start has asked for a later try; {@link ChildResult.Failed},
     *     and the specification is not kept; or {@link ChildResult.Refused}: already_started, already_present,
     *     simple_one_for_one
     * @throws IllegalArgumentException if the child must not be significant, or has no start, neither of its own nor of
     *     the defaults to which it appends; the call has no effect
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult startChild(ChildSpec spec) throws InterruptedException {
        require("spec", spec);
        return client().act("start_child", spec.id(),
                requests -> requests.tryStart(spec), requests -> requests.start(spec));
    }

    /**
     * Adds a child and does not wait for it.
     *
     * @param spec the child
     * @return a stage with the result of {@link #startChild(ChildSpec)}; the supervisor's thread completes it, so
     *     direct dependents must be short
     */
    public CompletionStage<ChildResult> startChildAsync(ChildSpec spec) {
        require("spec", spec);
        return client().askAsync("start_child", spec.id(), requests -> requests.start(spec));
    }

    /**
     * Makes a child from the template. Stands for {@code supervisor:start_child/2} under {@code simple_one_for_one}.
     *
     * @param argument the argument for the template's start
     * @return as for {@link #startChild(ChildSpec)}
     * @throws IllegalArgumentException if the strategy is another one; the call has no effect
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult startChild(Object argument) throws InterruptedException {
        require("argument", argument);
        return client().act("start_child", "from the template",
                requests -> requests.tryStartFromTemplate(argument),
                requests -> requests.startFromTemplate(argument));
    }

    /**
     * Makes a child from the template and does not wait for it.
     *
     * @param argument the argument for the template's start
     * @return a stage with the result of {@link #startChild(Object)}, completed on the supervisor's thread
     */
    public CompletionStage<ChildResult> startChildAsync(Object argument) {
        require("argument", argument);
        return client().askAsync("start_child", "from the template", requests -> requests.startFromTemplate(argument));
    }

    /**
     * Starts a child that does not run. The state of its plan is kept. Stands for {@code supervisor:restart_child/2}.
     *
     * @param id the id of the child
     * @return {@link ChildResult.Started}, {@link ChildResult.Ignored}, {@link ChildResult.Failed}, and the
     *     specification is kept, or {@link ChildResult.Refused}: running, not_found, simple_one_for_one, restarting. A
     *     pending restart is no obstacle for a child with a plan; the child then starts at once. A start that asks for
     *     a later try is refused as restarting, and the later try is pending
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult restartChild(String id) throws InterruptedException {
        require("id", id);
        return client().ask("restart_child", id, requests -> requests.restart(id));
    }

    /**
     * Starts a child that does not run, and does not wait for it.
     *
     * @param id the id of the child
     * @return a stage with the result of {@link #restartChild(String)}, completed on the supervisor's thread
     */
    public CompletionStage<ChildResult> restartChildAsync(String id) {
        require("id", id);
        return client().askAsync("restart_child", id, requests -> requests.restart(id));
    }

    /**
     * Stops a child. The specification is kept, unless it is temporary. A pending restart is cancelled. Stands for
     * {@code supervisor:terminate_child/2}.
     *
     * @param id the id of the child
     * @return {@link ChildResult.Done}, also if the child did not run, or {@link ChildResult.Refused}: not_found,
     *     simple_one_for_one
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult terminateChild(String id) throws InterruptedException {
        require("id", id);
        return client().act("terminate_child", id,
                requests -> requests.tryTerminate(id), requests -> requests.terminate(id));
    }

    /**
     * Stops the child with the given process. Under {@link Strategy#SIMPLE_ONE_FOR_ONE} this is the way to name a
     * child. The child is also forgotten there, and its former process names a child that is about to be restarted.
     *
     * @param pid the process of the child
     * @return {@link ChildResult.Done}, under {@link Strategy#SIMPLE_ONE_FOR_ONE} also for an ended process, or {@link
     *     ChildResult.Refused}: not_found
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult terminateChild(Pid pid) throws InterruptedException {
        require("pid", pid);
        return client().act("terminate_child", pid,
                requests -> requests.tryTerminate(pid), requests -> requests.terminate(pid));
    }

    /**
     * Stops the child with the given process and does not wait for it.
     *
     * @param pid the process of the child
     * @return a stage with the result of {@link #terminateChild(Pid)}, completed on the supervisor's thread
     */
    public CompletionStage<ChildResult> terminateChildAsync(Pid pid) {
        require("pid", pid);
        return client().askAsync("terminate_child", pid, requests -> requests.terminate(pid));
    }

    /**
     * Forgets a child that does not run. Stands for {@code supervisor:delete_child/2}.
     *
     * @param id the id of the child
     * @return {@link ChildResult.Done}, or {@link ChildResult.Refused}: running, not_found, simple_one_for_one, and
     *     restarting for a child without a plan
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult deleteChild(String id) throws InterruptedException {
        require("id", id);
        return client().ask("delete_child", id, requests -> requests.delete(id));
    }

    /**
     * Stops a child and forgets it. Stands for {@code director:terminate_and_delete_child/2}.
     *
     * @param id the id of the child
     * @return {@link ChildResult.Done}, or {@link ChildResult.Refused}: not_found, simple_one_for_one
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult terminateAndDeleteChild(String id) throws InterruptedException {
        require("id", id);
        return client().act("terminate_and_delete_child", id,
                requests -> requests.tryTerminateAndDelete(id), requests -> requests.terminateAndDelete(id));
    }

    /**
     * Stops a child and forgets it, and does not wait for that.
     *
     * @param id the id of the child
     * @return a stage with the result of {@link #terminateAndDeleteChild(String)}, completed on the supervisor's thread
     */
    public CompletionStage<ChildResult> terminateAndDeleteChildAsync(String id) {
        require("id", id);
        return client().askAsync("terminate_and_delete_child", id, requests -> requests.terminateAndDelete(id));
    }

    /**
     * Stops the child with the given process and forgets it. Stands for {@code director:terminate_and_delete_child/2}
     * with a pid.
     *
     * @param pid the process of the child
     * @return as for {@link #terminateChild(Pid)}
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult terminateAndDeleteChild(Pid pid) throws InterruptedException {
        require("pid", pid);
        return client().ask("terminate_and_delete_child", pid, requests -> requests.terminateAndDelete(pid));
    }

    /**
     * Adopts a running process as a child: links it and supervises it from now on. The process gets a message by which
     * a {@code GenServer} takes this supervisor for its parent, so that it stops in good order. A process without a
     * {@code GenServer} drops that message. A former supervisor should {@linkplain #deleteRunningChild(Pid) release}
     * the process first. Stands for {@code director:become_supervisor/3}.
     *
     * @param spec the specification, also for later starts
     * @param running the process
     * @return {@link ChildResult.Started}, {@link ChildResult.Failed} with {@link ExitReason#NOPROC} if the process has
     *     ended, or {@link ChildResult.Refused} as for {@link #startChild(ChildSpec)}
     * @throws IllegalArgumentException if the child must not be significant, or if the process belongs to another
     *     system or is this supervisor; the call has no effect
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult becomeSupervisor(ChildSpec spec, Pid running) throws InterruptedException {
        require("spec", spec);
        require("running", running);
        return client().ask("become_supervisor", spec.id() + " " + running, requests -> requests.adopt(spec, running));
    }

    /**
     * Releases a child and does not stop it: the child is unlinked and forgotten. A child that does not run is
     * forgotten too.
     *
     * @param id the id of the child
     * @return {@link ChildResult.Done}, or {@link ChildResult.Refused}: not_found
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult deleteRunningChild(String id) throws InterruptedException {
        require("id", id);
        return client().ask("delete_running_child", id, requests -> requests.release(id));
    }

    /**
     * Releases a child and waits neither for its end nor for the answer.
     *
     * @param id the id of the child
     * @return a stage with the result of {@link #deleteRunningChild(String)}, completed on the supervisor's thread
     */
    public CompletionStage<ChildResult> deleteRunningChildAsync(String id) {
        require("id", id);
        return client().askAsync("delete_running_child", id, requests -> requests.release(id));
    }

    /**
     * Releases the child with the given process and does not stop it: the child is unlinked and forgotten. Stands for
     * {@code director:delete_running_child/2}.
     *
     * @param pid the process of the child
     * @return {@link ChildResult.Done}, or {@link ChildResult.Refused}: not_found
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildResult deleteRunningChild(Pid pid) throws InterruptedException {
        require("pid", pid);
        return client().ask("delete_running_child", pid, requests -> requests.release(pid));
    }

    // ---- changing

    /**
     * Gives a child another plan, which begins at its first element. The child's process and a pending restart go on.
     * Stands for {@code director:change_plan/3}.
     *
     * @param id the id of the child
     * @param plan the new plan
     * @return false if there is no such child
     * @throws IllegalArgumentException if the child has a restart type; the call has no effect
     * @throws InterruptedException see {@link Supervisor}
     */
    public boolean changePlan(String id, RestartPlan plan) throws InterruptedException {
        require("id", id);
        require("plan", plan);
        return client().ask("change_plan", id + " " + plan, requests -> requests.changePlan(id, plan));
    }

    /**
     * Changes the number of rounds of a child's plan; finished rounds count. Stands for {@code
     * director:change_count/3}.
     *
     * @param id the id of the child
     * @param count the new count
     * @return false if there is no such child
     * @throws IllegalArgumentException if the child has a restart type; the call has no effect
     * @throws InterruptedException see {@link Supervisor}
     */
    public boolean changeCount(String id, RestartCount count) throws InterruptedException {
        require("id", id);
        require("count", count);
        return client().ask("change_count", id + " " + count, requests -> requests.changeCount(id, count));
    }

    /**
     * Changes the defaults, also for the present children. A child whose restart rule changes begins its plan anew. Its
     * next start uses the new start and arguments. Processes and pending restarts go on. Stands for {@code
     * director:change_default_childspec/2}.
     *
     * @param defaults the new defaults
     * @throws IllegalArgumentException if a child without a start of its own would have none, or would have arguments
     *     that the start does not take; the call has no effect
     * @throws InterruptedException see {@link Supervisor}
     */
    public void changeDefaultChildSpec(ChildDefaults defaults) throws InterruptedException {
        require("defaults", defaults);
        client().ask("change_default_childspec", defaults, requests -> requests.changeDefaults(defaults));
    }

    /**
     * Switches the trace on or off. The trace logs requests with their callers and answers, decisions of plans and due
     * restarts, at level INFO. Stands for director's option {@code [{debug, [trace]}]}.
     *
     * @param on true to trace
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
