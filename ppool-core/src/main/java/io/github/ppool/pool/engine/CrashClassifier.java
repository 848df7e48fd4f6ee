package io.github.ppool.pool.engine;

import io.github.ppool.genserver.CallTimeoutException;
import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.guard.CauseChain;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.WorkerExitException;
import io.github.ppool.process.ProcessExit;
import java.util.function.Predicate;

/**
 * Decides by the exception of a transaction whether its worker is broken. A worker that is not broken is suspect: see
 * {@link Lease#suspect}. Any thread, without a lock.
 */
final class CrashClassifier {

    private final String name;
    private final Predicate<Throwable> crashOn;
    private final boolean byDefault;

    @SuppressWarnings("ReferenceEquality") // tells whether this is the default itself
    CrashClassifier(PoolSpec<?> spec) {
        this.name = "crash-on of pool '" + spec.name() + "'";
        this.crashOn = spec.crashOn();
        this.byDefault = crashOn == PoolSpec.BROKEN_RESOURCE;
    }

    /**
     * Whether a worker is to be crashed. The predicate is called with the exception and with its causes, until it
     * returns true; an exception of the predicate counts as false.
     *
     * @param thrown the exception of the transaction
     * @param worker the worker of the transaction
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

    /** Whether the worker is a server that timed out: it catches up, see {@link Slot#owesAnswers}. */
    private static boolean isOwedByWorker(Throwable cause, Object worker) {
        return cause instanceof CallTimeoutException late
                && worker instanceof GenServerRef<?, ?, ?> server
                && server.pid().equals(late.server());
    }

    /**
     * Whether the causes of an exception concern the workers of a refusing pool, or the end of the borrowing process.
     */
    private static boolean tellsOfOthers(Throwable cause) {
        return cause instanceof PoolException || cause instanceof WorkerExitException || cause instanceof ProcessExit;
    }
}
