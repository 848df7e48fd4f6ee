/**
 * The engine of the pools: the code behind {@link io.github.ppool.pool}, which users do not see. Begin with
 * {@link io.github.ppool.pool.engine.PoolEngine}, which says how the parts work together, and makes them. Not part of
 * the API, and not exported.
 *
 * <p>The files by subject, from the callers down to the threads:
 *
 * <ul>
 * <li><b>the pools together</b>: {@code PoolTree}, {@code NamedPool}; the end of a pool: {@code PoolStop},
 * {@code LostTasks}; the wait for the first workers: {@code Readiness}
 * <li><b>one pool</b>: {@code PoolEngine} makes the parts, {@code EnginePoolClient} is the callers' side with
 * {@code ClientTasks}, {@code PoolContext} the environment
 * <li><b>the state machine</b>: {@code PoolCore}, on {@code PoolLifecycle}, on {@code EngineLock}; {@code CorePorts}
 * has its requests to the workflows, {@code DeferredReturns} the leases that wait for it
 * <li><b>checkout and check-in</b>: {@code Checkout}, {@code GrowingCheckout}, {@code Checkin}, {@code Leases},
 * {@code PoolLease}, {@code CheckoutSite}, {@code Borrower}, {@code BorrowerTable}; transactions:
 * {@code AsyncTransaction}, {@code CrashClassifier}, {@code TransactionOutcomes}, {@code TransactionCounts}
 * <li><b>the queue</b>: {@code WaitQueue}, {@code WaitOrder}, {@code Waiters}, {@code WaitTimeouts},
 * {@code WaitClasses}; its elements: {@code Waiter}, {@code BlockingWaiter}, {@code AsyncWaiter}
 * <li><b>the limit of the queue</b>: {@code Admission}; overload: {@code Shedding}, {@code ShedCounts}
 * <li><b>rates and overruns</b>: {@code HandOutRate}, {@code KeyPaces}, {@code RateWindow}; shared with other pools:
 * {@code PoolRateShare}, {@code ShareWindow}; {@code Overruns}, {@code HandOut}
 * <li><b>tasks</b>: {@code TaskService}, {@code TaskAttempts}, {@code PoolTask}, {@code TaskOutcome},
 * {@code OptionedTasks}, {@code TaskRecords}, {@code TaskCounts}, {@code BacklogView}, {@code UnobservedFailures}
 * <li><b>tasks with keys</b>: {@code Keys}, {@code KeyTurns}, {@code OuterTurn}, {@code KeyedChain}, {@code KeyChain},
 * {@code KeyTable}, {@code KeySearch}, {@code TaskKey}, {@code RecentKeys}, {@code LastWorker}
 * <li><b>broadcasts</b>: {@code BroadcastService}, {@code BroadcastRounds}
 * <li><b>groups of pools</b>: {@code Groups}, {@code EngineGroup}, {@code GroupContext}, {@code GroupDesk},
 * {@code GroupLine}, {@code GroupEntry}, {@code GroupThreadEntry}, {@code GroupStageEntry}, {@code GroupAdmission},
 * {@code GroupScheduler}, {@code GroupMember}, {@code GroupRequest}, {@code GroupOrder}, {@code GroupTasks},
 * {@code GroupTask}, {@code GroupKeys}, {@code GroupChain}, {@code GroupTurn}, {@code MemberTurn}, {@code GroupOwner},
 * {@code GroupBacklog}
 * <li><b>the slots and the idle workers</b>: {@code SlotTable}, {@code IdleWorkers}, {@code RecentSlots}, {@code Slot},
 * {@code SlotState}, {@code MeteredSlot}
 * <li><b>the number of workers to make</b>: {@code Demand}, {@code WarmUp}, {@code CreationPermits},
 * {@code CreationThrottle}; gates: {@code PoolGate}, {@code GateAnswers}, {@code HeldPermit}
 * <li><b>the life of a worker</b>: {@code SupervisorLink}, {@code WorkerProcess}, {@code WorkerInbox},
 * {@code WorkerCommand}, {@code WorkerLifecycle}; its restarts: {@code WorkerRestartPlan}, {@code WorkerPlans},
 * {@code WorkerReports}; its replacement: {@code Retirement}, {@code RetirementPolicy}, {@code Validation}
 * <li><b>workers that are lost or hang</b>: {@code AbandonedLeases}, {@code LeakDetector}, {@code OrphanTracker},
 * {@code OverdueWork}, {@code WorkerLimits}
 * <li><b>operators and listeners</b>: {@code PoolOperations}, {@code StatusSnapshot}, {@code Inspector},
 * {@code ListenerNotifier}, {@code PoolThreads}
 * </ul>
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
