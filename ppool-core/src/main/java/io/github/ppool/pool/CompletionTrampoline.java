package io.github.ppool.pool;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The completions of stages that are under way on one thread. A dependent that gives its worker back serves the next
 * stage, on the same thread and inside of the completion of its own, and that one the next: a hundred thousand in the
 * queue would be as many completions deep. So from some depth on a completion is put off until those around it have
 * returned.
 *
 * <p>Not from the first on: a dependent that waits for what it has set off itself is wrong, but need not hang for that.
 */
final class CompletionTrampoline {

    private static final int DEEPEST = 32;

    /** Empty but while a completion is under way: nothing is left in a thread. */
    private static final ThreadLocal<CompletionTrampoline> HERE = new ThreadLocal<>();

    private final Deque<Runnable> putOff = new ArrayDeque<>();
    private int depth;

    private CompletionTrampoline() {}

    /** Does it now or, deep down, before the outermost call on this thread returns. Without any lock. */
    static void run(Runnable completion) {
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
