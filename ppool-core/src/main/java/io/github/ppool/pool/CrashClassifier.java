package io.github.ppool.pool;

import io.github.ppool.genserver.CallTimeoutException;
import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.guard.CauseChain;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.process.ProcessExit;
import java.util.function.Predicate;

/**
 * Decides by what a transaction threw whether its worker is broken. If it is not, it is suspect: see
 * {@link Lease#suspect}. Any thread; holds no lock.
 */
final class CrashClassifier {

    private final String name;
    private final Predicate<Throwable> crashOn;
    private final boolean byDefault;

    @SuppressWarnings("ReferenceEquality") // whether it is the default itself
    CrashClassifier(PoolSpec<?> spec) {
        this.name = "crash-on of pool '" + spec.name() + "'";
        this.crashOn = spec.crashOn();
        this.byDefault = crashOn == PoolSpec.BROKEN_RESOURCE;
    }

    /**
     * Whether a worker is to be crashed. The predicate is asked about the exception and about its causes, until it
     * says yes; what it throws itself counts as no.
     *
     * @param thrown what the transaction threw
     * @param worker the worker that it had
     */
    boolean isBroken(Throwable thrown, Object worker) {
        for (Throwable cause : CauseChain.of(thrown)) {
            if (!(byDefault && isOwedByWorker(cause, worker))
                    && ForeignCode.judges(name, judged -> crashOn.test(cause), thrown)) {
                return true;
            }
            if (tellsOfOthers(cause)) {
                return false;
            }
        }
        return false;
    }

    /** The worker itself is a server that was not quick enough: it catches up, see {@link Slot#owesAnswers}. */
    private static boolean isOwedByWorker(Throwable cause, Object worker) {
        return cause instanceof CallTimeoutException late
                && worker instanceof GenServerRef<?, ?, ?> server
                && server.pid().equals(late.server());
    }

    /** Its own causes are about the workers of a pool that refused, or about the end of the process that borrowed. */
    private static boolean tellsOfOthers(Throwable cause) {
        return cause instanceof PoolException || cause instanceof WorkerExitException || cause instanceof ProcessExit;
    }
}
