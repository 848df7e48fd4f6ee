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
 */
@NullMarked
package io.github.ppool.pool.engine;

import org.jspecify.annotations.NullMarked;
