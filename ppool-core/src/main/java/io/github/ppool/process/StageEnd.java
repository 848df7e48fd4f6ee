package io.github.ppool.process;

import io.github.ppool.guard.ForeignText;
import java.lang.ref.WeakReference;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends a process when a stage ends. Runs on the thread that completes the stage. A stage may outlive many processes, so
 * the process is held weakly.
 */
final class StageEnd implements BiConsumer<@Nullable Object, @Nullable Throwable> {

    private final WeakReference<ProcessCell> process;

    private StageEnd(ProcessCell process) {
        this.process = new WeakReference<>(process);
    }

    /** Calls the stage, which is foreign code. The caller gets any exception of the stage. */
    static void watch(CompletionStage<?> stage, ProcessCell process) {
        CompletionStage<?> unused = stage.whenComplete(new StageEnd(process));
    }

    @Override
    public void accept(@Nullable Object value, @Nullable Throwable failure) {
        ProcessCell cell = process.get();
        if (cell == null || !cell.isAlive()) {
            return;
        }
        try {
            end(cell, value, failure);
            // the stack of the completing thread must not keep the process alive
        } catch (StackOverflowError full) {
            Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name("ppool-stage-end")
                    .start(() -> end(cell, value, failure));
        }
    }

    private static void end(ProcessCell cell, @Nullable Object value, @Nullable Throwable failure) {
        ExitSignals.send(cell.system.root(), cell, reason(value, failure));
    }

    private static ExitReason reason(@Nullable Object value, @Nullable Throwable failure) {
        if (failure == null) {
            return ExitReason.of("the stage that the process depends on has ended"
                    + (value == null ? "" : " with " + ForeignText.of(value)));
        }
        Throwable cause = failure.getClass() == CompletionException.class ? failure.getCause() : null;
        return ExitReason.failure(cause == null ? failure : cause);
    }
}
