package io.github.ppool.kotlin

import io.github.ppool.pool.CheckoutTimeoutException
import io.github.ppool.pool.PoolClient
import io.github.ppool.pool.PoolListener
import io.github.ppool.pool.PoolSpec
import io.github.ppool.pool.Pools
import io.github.ppool.pool.TaskState
import io.github.ppool.pool.WorkerFactory
import io.github.ppool.process.Pid
import io.github.ppool.process.ProcessSystem
import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path
import java.util.Random
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatThrownBy
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

@Timeout(60)
class TransactionsTest {

    private val system = ProcessSystem()
    private val pools = Pools.start(system)
    private val made = AtomicInteger()
    private val validated = AtomicInteger()
    private val leaks = AtomicInteger()
    private val usedByTwo = AtomicInteger()

    /** A worker that notices when two use it. */
    inner class Connection {
        private val inUse = AtomicBoolean()

        suspend fun send(mail: String): String {
            if (!inUse.compareAndSet(false, true)) usedByTwo.incrementAndGet()
            try {
                delay(1.milliseconds) // stands for the exchange
                withContext(NonCancellable) { yield() } // leaves the connection in good order, also when cancelled
                return "sent $mail"
            } finally {
                if (!inUse.compareAndSet(true, false)) usedByTwo.incrementAndGet()
            }
        }
    }

    private inner class Connections : WorkerFactory<Connection> {
        override fun create(): Connection {
            made.incrementAndGet()
            return Connection()
        }

        override fun validate(worker: Connection): Boolean {
            validated.incrementAndGet()
            return true
        }
    }

    private fun pool(size: Int = 1): PoolClient<Connection> = pools.startPool(
        PoolSpec.builder("smtp", Connections()).size(size).maxOverflow(0).queueCapacity(10_000)
            .checkoutTimeout(java.time.Duration.ofSeconds(30))
            .listener(object : PoolListener {
                override fun leaseLeaked(pool: String, worker: Pid, taken: Throwable) {
                    leaks.incrementAndGet()
                }
            })
            .build(),
    )

    @AfterEach
    fun close() {
        pools.close()
        system.close()
    }

    private fun awaitIdle(pool: PoolClient<*>, workers: Int = 1) =
        await().untilAsserted { assertThat(pool.status().available()).isEqualTo(workers) }

    // region transaction
    suspend fun sendAll(smtp: PoolClient<Connection>, mails: List<String>): List<String> =
        smtp.suspendTransaction(checkoutTimeout = 5.seconds) { connection ->
            mails.map { mail -> connection.send(mail) } // one exchange after the other, and no thread waits
        }
    // end

    @Test
    fun `a transaction has its result and the worker is back`() = runBlocking<Unit> {
        val pool = pool()
        assertThat(sendAll(pool, listOf("a", "b"))).containsExactly("sent a", "sent b")
        assertThat(pool.status().available()).isOne()
        val nothing: String? = pool.suspendTransaction { null }
        assertThat(nothing).isNull()
    }

    @Test
    fun `a caller that is cancelled in the queue leaves it`() = runBlocking<Unit> {
        val pool = pool()
        val called = AtomicBoolean()
        pool.checkout().use {
            val waiting = launch(Dispatchers.Default) { pool.suspendTransaction { called.set(true) } }
            await().until { pool.status().queueDepth() == 1 }
            waiting.cancelAndJoin()
            assertThat(pool.status().queueDepth()).isZero()
        }
        awaitIdle(pool)
        assertThat(called).isFalse()
    }

    @Test
    fun `the worker of a cancelled block is lent until the block has ended`() = runBlocking<Unit> {
        val pool = pool()
        val begun = CompletableDeferred<Unit>()
        val end = CompletableDeferred<Unit>()
        val work = launch(Dispatchers.Default) {
            pool.suspendTransaction {
                try {
                    begun.complete(Unit)
                    awaitCancellation()
                } finally {
                    withContext(NonCancellable) { end.await() }
                }
            }
        }
        begun.await()
        work.cancel()
        val next = pool.checkoutAsync().toCompletableFuture()
        assertThat(pool.status().available()).isZero()
        assertThat(next).isNotDone()
        assertThat(work.isCompleted).isFalse()
        end.complete(Unit)
        next.get().close()
        work.join()
        assertThat(validated).hasValue(1)
        assertThat(made).hasValue(1)
    }

    @Test
    fun `a time-out around the transaction does the same`() = runBlocking<Unit> {
        val pool = pool()
        val thrown = runCatching {
            // region timeout
            withTimeout(50.milliseconds) {
                pool.suspendTransaction { awaitCancellation() }
            }
            // end
        }.exceptionOrNull()
        assertThat(thrown).isInstanceOf(TimeoutCancellationException::class.java)
        awaitIdle(pool)
    }

    @Test
    fun `a failure is thrown and crashes the worker if it speaks of a broken one`() {
        val pool = pool()
        assertThatThrownBy {
            runBlocking { pool.suspendTransaction<Connection, Unit> { throw IOException("connection reset") } }
        }.isInstanceOf(IOException::class.java).hasMessage("connection reset")
        await().untilAsserted { assertThat(made).hasValue(2) }
        awaitIdle(pool)
        assertThatThrownBy {
            runBlocking { pool.suspendTransaction<Connection, Unit> { throw IllegalStateException("on purpose") } }
        }.isInstanceOf(IllegalStateException::class.java)
        awaitIdle(pool)
        assertThat(made).hasValue(2)
    }

    @Test
    fun `without a worker in time the exception is that of a checkout`() {
        val pool = pool()
        pool.checkout().use {
            assertThatThrownBy {
                runBlocking { pool.suspendTransaction(checkoutTimeout = Duration.ZERO) { it.send("a") } }
            }.isInstanceOf(CheckoutTimeoutException::class.java)
        }
        awaitIdle(pool)
    }

    @Test
    fun `the block has the context of its caller`() = runBlocking<Unit>(CoroutineName("ada")) {
        assertThat(pool().suspendTransaction { currentCoroutineContext()[CoroutineName]?.name }).isEqualTo("ada")
    }

    @Test
    fun `callers that are cancelled at any moment lose no worker`() = runBlocking<Unit>(Dispatchers.Default) {
        val seed = 7L
        val pool = pool(size = 4)
        List(8) { client ->
            launch {
                val random = Random(seed + client)
                repeat(300) {
                    val request = launch { pool.suspendTransaction { it.send("a") } }
                    delay(random.nextInt(4).milliseconds) // the moment of the cancellation
                    request.cancelAndJoin()
                }
            }
        }.joinAll()
        awaitIdle(pool, workers = 4)
        assertThat(pool.status().queueDepth()).isZero()
        assertThat(leaks).hasValue(0)
        assertThat(usedByTwo).`as`("seed $seed").hasValue(0)
    }

    @Test
    fun `a task is awaited`() = runBlocking<Unit> {
        val pool = pool()
        // region task
        val mail: String = pool.asyncQueueResult { _ -> "sent by the worker's own thread" }.await()
        // end
        assertThat(mail).isEqualTo("sent by the worker's own thread")
        val failure = runCatching { pool.asyncQueueResult<String> { throw IOException("connection reset") }.await() }
        assertThat(failure.exceptionOrNull()).isInstanceOf(IOException::class.java)
    }

    @Test
    fun `a task that waits is cancelled with its caller and a task that runs goes on`() = runBlocking<Unit> {
        val pool = pool()
        val running = CountDownLatch(1)
        val end = CountDownLatch(1)
        val runs = pool.asyncQueueResult {
            running.countDown()
            end.await()
            1
        }
        val waits = pool.asyncQueueResult { 2 }
        running.await()
        coroutineScope {
            val callers = listOf(async { runs.await() }, async { waits.await() })
            yield() // both wait now: they have the one thread before this coroutine goes on
            callers.forEach { it.cancelAndJoin() }
        }
        assertThat(waits.state()).isEqualTo(TaskState.CANCELLED)
        assertThat(runs.state()).isEqualTo(TaskState.RUNNING)
        end.countDown()
        assertThat(runs.await()).isEqualTo(1)
    }

    @Test
    fun `the page shows code of this test`() {
        val page = Files.readString(Path.of("..", "docs", "kotlin.md"))
        val source = Files.readString(Path.of("src/test/kotlin/io/github/ppool/kotlin/TransactionsTest.kt"))
        val regions = Regex("(?s)// region \\w+\n(.*?)\n *// end\n").findAll(source).toList()
        val blocks = Regex("(?s)```kotlin\n(.*?)\n```\n").findAll(page).map { it.groupValues[1] }.toList()
        assertThat(blocks).hasSize(3).containsExactlyInAnyOrderElementsOf(
            regions.map { it.groupValues[1].trimIndent() },
        )
    }
}
