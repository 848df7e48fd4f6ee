package io.github.ppool.concurrent;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Runs completions of stages one after the other instead of one inside of the other. A dependent that returns its
 * worker serves the next stage, on the same thread and inside of the completion of its own stage: a hundred thousand
 * waiting stages would need as many frames. So from some depth on, a completion is put off until those around it have
 * returned.
 *
 * <p>Not from the first on: a dependent that waits for a completion that it has triggered itself is wrong, but must not
 * hang for that.
 */
public final class CompletionTrampoline {

    private static final int DEEPEST = 32;

    /** Set only while a completion runs: no value is left in a thread. */
    private static final ThreadLocal<CompletionTrampoline> HERE = new ThreadLocal<>();

    private final Deque<Runnable> putOff = new ArrayDeque<>();
    private int depth;

    private CompletionTrampoline() {}

    /**
     * Runs a completion now or, deep down, before the outermost call on this thread returns. The caller holds no lock.
     *
     * @param completion completes a stage
     */
    public static void run(Runnable completion) {
        CompletionTrampoline here = HERE.get();
        if (here == null) {
            new CompletionTrampoline().runAll(completion);
        } else if (here.depth < DEEPEST) {
            here.runOne(completion);
        } else {
            here.putOff.add(completion);
        }
    }

    private void runAll(Runnable first) {
        HERE.set(this);
        try {
            for (Runnable next = first; next != null; next = putOff.poll()) {
                runOne(next);
            }
        } finally {
            HERE.remove();
        }
    }

    private void runOne(Runnable completion) {
        depth++;
        try {
            completion.run();
        } finally {
            depth--;
        }
    }
}
