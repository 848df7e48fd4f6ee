package io.github.ppool.supervisor;

import io.github.ppool.genserver.GenServer;
import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.process.ProcessBody;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessInit;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartResult;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts a child. Stands for the {@code start} of OTP's child specifications.
 *
 * <p>It runs on the supervisor's own process, which serves no request meanwhile, so it should return quickly. Long
 * preparations belong into the new process, after its {@link ProcessInit init}.
 */
@FunctionalInterface
public interface ChildStart {

    /**
     * Starts the child and links it to the supervisor, as {@link ProcessContext#startLink} does.
     *
     * @param supervisor the operations of the supervisor's process
     * @param argument the argument of {@link Supervisor#startChild(Object)}; null for all strategies but {@link
     *     Strategy#SIMPLE_ONE_FOR_ONE}
     * @return the outcome of the start
     * @throws Exception any exception: the start has failed with it, or is {@linkplain
     *     io.github.ppool.process.StartLaterException tried again later}
     */
    StartResult start(ProcessContext supervisor, @Nullable Object argument) throws Exception;

    /**
     * Makes the start of a process that prepares itself while the supervisor waits.
     *
     * @param label the label of the process
     * @param init prepares the process
     * @return the start
     */
    static ChildStart process(String label, ProcessInit init) {
        SpawnOptions options = SpawnOptions.labelled(label);
        return (supervisor, argument) -> supervisor.startLink(init, options);
    }

    /**
     * Makes the start of a process that needs no preparation and does not trap exits. The supervisor does not wait
     * for it: the child counts as started once it is spawned. Stands for a start function that answers <code>{ok,
     * spawn_link(…)}</code>.
     *
     * <p>This is the cheapest start. While the supervisor is idle and not traced, the thread that requests such a child
     * starts it by itself, without a context switch.
     *
     * @param label the label of the process
     * @param body the code of the process
     * @return the start
     */
    static ChildStart body(String label, ProcessBody body) {
        return new BodyStart(body, SpawnOptions.labelled(label));
    }

    /**
     * Makes the start of a server process.
     *
     * @param options the options of the spawn
     * @param server makes the call-backs, anew at each start
     * @return the start
     * @param <Q> the type of requests
     * @param <R> the type of answers
     * @param <M> the type of messages without an answer
     */
    static <Q, R, M> ChildStart genServer(SpawnOptions options, Supplier<? extends GenServer<Q, R, M>> server) {
        return (supervisor, argument) -> supervisor.startLink(GenServerRef.linkedTo(server, supervisor.self()),
                options);
    }

    /**
     * Makes the start of a nested supervisor, which is linked to the supervisor that starts it.
     *
     * @param spec the specification of the nested supervisor
     * @return the start
     * @throws IllegalArgumentException if a child in {@code spec} has no start, see {@link SupervisorSpec}
     */
    static ChildStart supervisor(SupervisorSpec spec) {
        spec.checkStarts();
        return new SupervisorStart(spec);
    }
}
