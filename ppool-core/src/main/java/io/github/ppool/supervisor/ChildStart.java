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
 * <p>It runs on the supervisor's own process, which does nothing else meanwhile: it should return quickly, and long
 * preparations belong after the new process's {@link ProcessInit init}.
 */
@FunctionalInterface
public interface ChildStart {

    /**
     * Starts the child and links it to the supervisor, as {@link ProcessContext#startLink} does.
     *
     * @param supervisor the supervisor's process
     * @param argument what {@link Supervisor#startChild(Object)} was given; null for all children but those of
     *     {@link Strategy#SIMPLE_ONE_FOR_ONE}
     * @return what came of it
     * @throws Exception whatever it likes: the start has failed with that exception, or is
     *     {@linkplain io.github.ppool.process.StartLaterException tried again later}
     */
    StartResult start(ProcessContext supervisor, @Nullable Object argument) throws Exception;

    /**
     * A process that prepares itself while the supervisor waits.
     *
     * @param label the process's label
     * @param init how it prepares itself
     * @return the start
     */
    static ChildStart process(String label, ProcessInit init) {
        SpawnOptions options = SpawnOptions.labelled(label);
        return (supervisor, argument) -> supervisor.startLink(init, options);
    }

    /**
     * A process that has nothing to prepare and does not trap exits. The supervisor does not wait for it: it counts as
     * started once it is spawned, and all that it does comes later. Stands for a start function that answers
     * <code>{ok, spawn_link(…)}</code>.
     *
     * <p>The quickest start there is. While the supervisor waits for messages and is not traced, the thread that asks
     * it for such a child starts it by itself, without a switch to the supervisor's.
     *
     * @param label the process's label
     * @param body what it does
     * @return the start
     */
    static ChildStart body(String label, ProcessBody body) {
        return new BodyStart(body, SpawnOptions.labelled(label));
    }

    /**
     * A server process.
     *
     * @param options how to spawn it
     * @param server makes the call-backs, anew at each start
     * @return the start
     * @param <Q> what can be asked
     * @param <R> what is answered
     * @param <M> what can be told
     */
    static <Q, R, M> ChildStart genServer(SpawnOptions options, Supplier<? extends GenServer<Q, R, M>> server) {
        return (supervisor, argument) -> supervisor.startLink(GenServerRef.linkedTo(server, supervisor.self()),
                options);
    }
}
