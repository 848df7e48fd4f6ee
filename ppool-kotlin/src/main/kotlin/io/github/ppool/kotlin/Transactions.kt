package io.github.ppool.kotlin

import io.github.ppool.pool.PoolClient
import io.github.ppool.pool.Task
import io.github.ppool.pool.WorkerFunction
import java.util.concurrent.CompletionStage
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlinx.coroutines.future.asDeferred
import kotlinx.coroutines.future.await
import kotlinx.coroutines.future.future
import kotlinx.coroutines.supervisorScope

/**
 * Borrows a worker, runs a suspending [block] with it in the context of the caller, and gives the worker back when the
 * block has ended. No thread waits. As [PoolClient.transactionAsync], with these differences:
 *
 * - A caller that is cancelled while it waits for a worker leaves the queue, and the block is not called.
 * - The cancellation of a running block reaches it at its next suspension point. The worker is lent until the block
 *   and its `finally` parts have ended, and this function returns after that. So no other caller gets the worker
 *   before. The pool validates the worker of a cancelled block, or lets it crash if `crashOn` names
 *   `CancellationException`.
 *
 * A block that blocks its thread, or does not look for its cancellation, keeps the worker for that long.
 *
 * @param checkoutTimeout the longest wait for a worker, by the pool's clock; with zero and less only an idle worker is
 *   taken. Null means the pool's own time-out
 * @param block the work; must not use the worker after its end
 * @return the result of the block
 * @throws io.github.ppool.pool.PoolException as [PoolClient.checkout]; the block was not called
 */
public suspend fun <W : Any, R> PoolClient<W>.suspendTransaction(
    checkoutTimeout: Duration? = null,
    block: suspend (W) -> R,
): R = supervisorScope {
    // A future that is cancelled ends at once, and its coroutine later: the pool sees the end of the coroutine only.
    val begin = WorkerFunction<W, CompletionStage<R>, Exception> { worker ->
        future { block(worker) }.minimalCompletionStage()
    }
    val whole = when (checkoutTimeout) {
        null -> transactionAsync(begin)
        else -> transactionAsync(checkoutTimeout.toJavaDuration(), begin)
    }
    whole.await()
}

/**
 * Waits for the outcome of a task without blocking. A cancellation of the caller cancels a task that waits in the
 * queue, as [Task.cancel] does; a task that runs goes on to its end.
 *
 * @return the result of the task
 * @throws Exception the failure that [Task.result] has
 */
public suspend fun <R> Task<R>.await(): R {
    val outcome = result().asDeferred()
    try {
        return outcome.await()
    } finally {
        if (!outcome.isCompleted) {
            cancel()
        }
    }
}
