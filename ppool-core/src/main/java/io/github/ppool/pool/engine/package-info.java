/**
 * The engine of the pools: everything that {@link io.github.ppool.pool} promises, and that users do not see. Begin with
 * {@link io.github.ppool.pool.engine.PoolEngine}, which says how the parts work together, and makes them. Not part of
 * the API, and not exported.
 *
 * <p>From top to bottom, each file uses only files below it:
 *
 * <ol>
 * <li>the pools together: {@code PoolTree}, {@code PoolStop}, {@code Readiness}
 * <li>the wiring: {@code PoolEngine}; the callers' side: {@code EnginePoolClient}
 * <li>workflows, one subject each: {@code Checkout}, {@code Checkin}, {@code TaskService}, {@code TaskAttempts},
 * {@code WorkerLifecycle}, {@code SupervisorLink}, {@code PoolOperations}, {@code Retirement}, {@code AbandonedLeases},
 * {@code OrphanTracker}, {@code OverdueWork}, {@code CreationPermits}, {@code WaitTimeouts}, {@code Waiters},
 * {@code Admission}, {@code StatusSnapshot}, {@code Leases}, {@code LeakDetector}
 * <li>the state machine: {@code PoolCore} on {@code EngineLock}; {@code CorePorts} has its requests to the workflows
 * <li>the parts of its state: {@code IdleWorkers}, {@code SlotTable}, {@code WaitQueue}, {@code Demand},
 * {@code CreationThrottle}, {@code RetirementPolicy}, {@code WorkerLimits}, {@code TaskRecords}
 * <li>the elements: {@code Slot}, {@code PoolLease}, {@code PoolTask}, {@code Waiter}, {@code Borrower}
 * </ol>
 *
 * <p>The engine stands on these papers and systems:
 *
 * <ul>
 * <li><b>Concurrency</b>: the lock is a test-and-set lock with backoff (Anderson, <em>The Performance of Spin Lock
 * Alternatives</em>, 1990). A queue lock (Mellor-Crummey and Scott, 1991) hands itself over, which costs a context
 * switch each time if threads outnumber processors. The idle workers extend the table, the deque and the lock: a
 * checkout reaches all of them with one load.
 * <li><b>Queue</b>: a ticket by fetch-and-add names a cell in a list of segments. LCRQ does the same (Morrison and
 * Afek, <em>Fast Concurrent Queues for x86 Processors</em>, 2013). So do the channels of Kotlin and jox (Koval,
 * Alistarh and Elizarov, <em>Fast and Scalable Channels in Kotlin Coroutines</em>, 2023). As in CQS (Koval,
 * Khalanskiy and Alistarh, 2023), a waiter leaves from anywhere in constant time, and an empty segment is unlinked.
 * The engine needs less: only lock holders remove waiters.
 * <li><b>Re-borrowing</b>: the idea is that of biased locks (Russell and Detlefs, <em>Eliminating
 * Synchronization-Related Atomic Operations with Biased Locking and Bulk Rebiasing</em>, 2006), and of the thread-local
 * list in HikariCP's {@code ConcurrentBag}. A stamp is never used again, so a late compare-and-set fails. Before a
 * waiter queues, the lock holder forbids reuse; so no fence is paid while no caller waits.
 * <li><b>Restarts</b>: the supervisor is that of Erlang/OTP (Armstrong, <em>Making Reliable Distributed Systems in the
 * Presence of Software Errors</em>, 2003). The restart plans are those of director, and the rule of replacement is
 * poolboy's. A thread cannot be killed in Java, so the place of a killed process stays taken until its thread leaves.
 * </ul>
 *
 * <p>The decision records in {@code docs/adr} have the measurements: 5 (one lock), 6 (re-borrowing), 18 (stack
 * reserves), 19 (quarantine).
 */
@NullMarked
package io.github.ppool.pool.engine;

import org.jspecify.annotations.NullMarked;
