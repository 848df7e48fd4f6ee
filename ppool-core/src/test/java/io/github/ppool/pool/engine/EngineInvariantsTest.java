package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.concurrent.IdleDeque;
import io.github.ppool.concurrent.TicketQueue;
import io.github.ppool.concurrent.TimeLimit;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.pool.PoolWorld;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.TaskState;
import io.github.ppool.pool.WorkerAction;
import io.github.ppool.process.Pid;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Breaks each structure of an engine in turn: {@link EngineInvariants} has to report it, and to be silent once it is
 * mended.
 */
class EngineInvariantsTest {

    private final PoolWorld world = new PoolWorld();
    private final PoolEngine<Worker> engine = start();
    private final IdleWorkers<Worker> table = engine.core.workers;

    @SuppressWarnings("unchecked") // the world has no other workers
    private PoolEngine<Worker> start() {
        return (PoolEngine<Worker>) EngineInvariants.engineOf(world.start(spec -> spec.size(3)));
    }

    @AfterEach
    void stop() {
        assertThat(EngineInvariants.broken(engine, true)).as("all is mended").isEmpty();
        world.close();
    }

    // ---- breaking and mending

    private void breaks(Object target, String field, @Nullable Object value, String told) {
        breaks(target.getClass(), target, field, value, told);
    }

    private void breaks(Class<?> type, Object target, String field, @Nullable Object value, String told) {
        Object before = get(type, target, field);
        set(type, target, field, value);
        try {
            isTold(told);
        } finally {
            set(type, target, field, before);
        }
    }

    private void isTold(String told) {
        assertThat(EngineInvariants.broken(engine, true)).as("broken")
                .anySatisfy(text -> assertThat(text).contains(told));
    }

    private static Object get(Class<?> type, Object target, String field) {
        try {
            return field(type, field).get(target);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static void set(Class<?> type, Object target, String field, @Nullable Object value) {
        try {
            field(type, field).set(target, value);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static Field field(Class<?> type, String name) {
        for (Class<?> declaring = type; declaring != null; declaring = declaring.getSuperclass()) {
            try {
                Field field = declaring.getDeclaredField(name);
                field.setAccessible(true);
                return field;
            } catch (NoSuchFieldException e) {
                // in a class above
            }
        }
        throw new AssertionError(type + " has no field " + name);
    }

    private Slot<Worker> slot(int number) {
        Iterator<Slot<Worker>> all = table.slots.iterator();
        Slot<Worker> slot = all.next();
        for (int i = 0; i < number; i++) {
            slot = all.next();
        }
        return slot;
    }

    private Slot<Worker> borrowed() {
        world.client(() -> engine.client.checkout());
        return table.slots.stream().filter(slot -> slot.state == SlotState.BORROWED).findFirst().orElseThrow();
    }

    // ---- slots and idle workers

    @Test
    void numbers_that_are_no_sums_over_the_slots() {
        breaks(table, "borrowed", 1, "0 slots are BORROWED, 1 counted");
        int[] counts = new int[SlotState.values().length];
        counts[SlotState.WORKING.ordinal()] = 1;
        breaks(table, "count", counts, "0 slots are WORKING, 1 counted");
        breaks(table, "live", 2, "counted are live 2");
        breaks(table, "slow", 1, "slow 1");
        breaks(table, "toBeTriedAgain", 1, "to be retried 1");
        breaks(table, "replaced", 1, "replaced 1");
        breaks(table, "vacancies", -1, "vacancies -1");
        breaks(table, "rotating", true, "rotating true");
    }

    @Test
    void an_idle_deque_that_does_not_agree_with_the_slots() {
        breaks(IdleDeque.class, table, "size", 2, "3 elements, 2 counted");
        breaks(table, "head", 99L, "the ends are");
        breaks(slot(0), "position", 99L, "knows 99");
        breaks(slot(0), "state", SlotState.DOWN, "is among the idle ones");
        breaks(borrowed(), "state", SlotState.IDLE, "is not among the idle ones");
    }

    @Test
    void a_slot_in_two_structures_or_with_what_belongs_to_another_state() {
        Slot<Worker> borrowed = borrowed();
        Slot<Worker> idle = table.slots.stream().filter(slot -> slot.state == SlotState.IDLE).findFirst().orElseThrow();
        breaks(idle, "pid", borrowed.pid, "shares its process");
        breaks(idle, "worker", null, "has no worker");
        breaks(idle, "process", null, "has no worker");
        breaks(idle, "task", task(), "has ");
        breaks(idle, "quarantine", new Slot.Quarantine<>(pidOf(idle), List.of(idle), 0), "is in a quarantine");
        breaks(idle, "unmade", true, "is unmade and has a process");
        breaks(idle, "waitsForOrphan", true, "waits for no thread");
        breaks(idle, "permit", new HeldPermit(), "has a permit of the gate");
        breaks(idle, "refused", true, "was refused a permit");
        breaks(idle, "holdsPermit", true, "1 slots have a permit, 0 counted");
        breaks(idle, "checkoutSite", new CheckoutSite(false), "was taken at");
        breaks(idle, "operation", over(idle), "has an operation");
        breaks(idle, "orphan", new Slot.Orphan<>(idle, pidOf(idle), null, new AtomicBoolean(), null, 0),
                "is not the place of its orphan");
        breaks(borrowed, "state", SlotState.WORKING, "works on nothing");
        breaks(borrowed, "state", SlotState.CHECKING, "is checked without a limit");
        breaks(borrowed, "state", SlotState.QUARANTINED, "is in no quarantine");
        breaks(borrowed, "state", SlotState.RESTARTING, "has a process");
        breaks(borrowed, "state", SlotState.STARTING, "has a worker already");
        breaks(borrowed, "state", SlotState.GONE, "is gone and in the table");
        breaks(borrowed, "pid", null, "has no worker");
        set(Slot.class, borrowed, "state", SlotState.DISMISSED);
        breaks(borrowed, "pid", null, "is dismissed and not gone");
        breaks(borrowed, "replaced", true, "is dismissed and counts as replaced");
        set(Slot.class, borrowed, "state", SlotState.CRASHING);
        breaks(borrowed, "pid", null, "has no process that could crash");
        set(Slot.class, borrowed, "state", SlotState.BORROWED);
    }

    private static Pid pidOf(Slot<?> slot) {
        return Objects.requireNonNull(slot.pid);
    }

    private PoolTask<Worker, ?> task() {
        WorkerAction<Worker, RuntimeException> nothing = worker -> {};
        return new PoolTask<>(engine.service, nothing, TaskOptions.DEFAULT, null);
    }

    private static Slot.Operation<Worker> over(Slot<Worker> slot) {
        Slot.Operation<Worker> operation = new Slot.Operation<>(slot, pidOf(slot), Slot.Operation.Kind.CHECK, 0);
        operation.end();
        return operation;
    }

    @Test
    void words_that_are_reusable_where_they_must_not_be() {
        Slot<Worker> borrowed = borrowed();
        borrowed.allowReuse();
        isTold("could change hands without the lock");
        borrowed.forbidReuse();
        Slot<Worker> oldest = table.iterator().next();
        oldest.allowReuse();
        isTold("may be reused and is not the newest");
        oldest.forbidReuse();
    }

    // ---- borrowers, tasks, makers

    @Test
    void a_borrower_that_is_not_the_one_of_the_lease() {
        Slot<Worker> borrowed = borrowed();
        breaks(borrowed, "borrowerThreadId", 77L, "its thread is #77");
        breaks(borrowed, "borrower", null, "has no borrower");
        breaks(engine.core.borrowers, "watched", Set.of(), "whose end is not watched");
        Borrower[] wrong = new Borrower[(int) get(BorrowerTable.class, engine.core.borrowers, "length")];
        wrong[(int) (Thread.currentThread().threadId() + 1) & (wrong.length - 1)] = new Borrower(Thread.currentThread(),
                null);
        breaks(engine.core.borrowers, "table", wrong, " is at ");
    }

    @Test
    void tasks_that_are_counted_and_nowhere() {
        breaks(engine.records, "unsettled", 1, "1 tasks are unsettled, 0 assigned");
        breaks(engine.records, "unsettled", -1, "-1 tasks are unsettled");
        breaks(engine.records, "delayed", Set.of(task()), "is not to be delayed");
    }

    @Test
    void permits_limits_and_threads_of_dead_processes() {
        breaks(engine.core.throttle, "inside", 1, "0 slots have a permit, 1 counted");
        breaks(engine.core.throttle, "waiting", new ArrayDeque<>(List.of(slot(0), slot(0))), "waits twice");
        breaks(engine.core.throttle, "waiting", new ArrayDeque<>(List.of(slot(0))), "a permit is free");
        breaks(engine.orphans, "detached", -1, "-1 threads are detached");
        TimeLimit<Slot.Operation<Worker>> limit = new TimeLimit<>(Duration.ofSeconds(1));
        Slot.Operation<Worker> unknown = new Slot.Operation<>(slot(0), pidOf(slot(0)), Slot.Operation.Kind.CHECK, 0);
        limit.watch(unknown);
        set(WorkerLimits.class, engine.limits, "checking", limit);
        breaks(engine.limits, "timer", null, "a limit is due");
        isTold("does not know its CHECK");
        unknown.end();
    }

    @Test
    void an_engine_that_does_not_know_its_own_state() {
        breaks(engine.core, "serving", false, "serving false");
        breaks(engine.core, "suspended", true, "suspended true");
        breaks(engine.timeouts, "nextExpiryNanos", 5L, "the next expiry is at 5");
    }

    // ---- waiters

    @Test
    void a_queue_that_does_not_agree_with_those_who_wait() {
        PoolClient<Worker> pool = engine.client;
        world.client(pool::checkout);
        world.client(pool::checkout);
        Slot<Worker> borrowed = borrowed();
        CompletableFuture<Lease<Worker>> stage = world.client(() -> pool.checkoutAsync().toCompletableFuture())
                .result();
        Task<?> task = world.perform(() -> pool.tasks(TaskOptions.DEFAULT.withPriority(1)).asyncQueue(worker -> {}));
        world.client(pool::checkout);
        WaitQueue<Worker> queue = engine.core.queue;
        EngineInvariants.checkAtRest(pool); // and so the queue is closed
        assertThat(queue.size()).isEqualTo(3);
        TicketQueue<?> usual = (TicketQueue<?>) get(WaitQueue.class, queue, "usual");
        Object first = Objects.requireNonNull(usual.peek());

        breaks(queue, "size", 4, "3 wait, 4 counted");
        breaks(queue, "size", 1, "3 wait, 1 counted");
        breaks(queue, "elsewhere", 2, "1 in other lines, 2 counted");
        breaks(queue, "impatient", 1, "0 do not wait for other holders, 1 counted");
        breaks(usual, "left", 5L, "tickets stand for no element, 5 counted");
        breaks(usual, "head", 1L, "");
        breaks(usual, "limit", 9L, "it can be joined without the lock");
        breaks(first, "index", (byte) 9, "and does not know it");
        breaks(first, "queued", false, "is not to be in the usual line");
        breaks(first, "expires", false, "has no deadline");
        set(WaitQueue.class, queue, "impatient", 1);
        breaks(first, "idleOnly", true, "1 wait for the check of an idle worker, checked are 0");
        set(WaitQueue.class, queue, "impatient", 0);
        breaks(task, "state", (byte) TaskState.RUNNING.ordinal(), "is in the queue");
        breaks(borrowed, "task", task, "is in the queue and assigned");
        breaks(engine.core.deadlines, "left", 1, "0 have left, 1 counted");
        TaskOptions withDeadline = TaskOptions.DEFAULT.withDeadline(Duration.ofSeconds(9));
        Task<?> second = world.perform(() -> pool.tasks(withDeadline).asyncQueue(worker -> {}));
        breaks(engine.core.deadlines, "size", 1, "entry 1 of 1");
        breaks(engine.core.deadlines, "dueNanos", new long[]{9, 5, 0, 0}, "before its parent");
        second.cancel();
        breaks(engine.timeouts, "deadlineTimer", null, "the timer is null");
        breaks(engine.timeouts, "nextExpiryNanos", Long.MAX_VALUE - 1, "a deadline is at");
        breaks(engine.abandoned, "reclaimScheduled", false, "no look at the borrowers' threads");
        borrowed.allowReuse();
        isTold("can change hands without the lock, although 3 wait");
        borrowed.forbidReuse();

        stage.cancel(true);
    }

    @Test
    void a_deadline_of_one_who_does_not_wait() {
        Waiter<Worker> stranger = task();
        engine.core.deadlines.add(stranger, engine.context.clock().nanoTime() + 1_000_000_000L);
        isTold("has a deadline and does not wait");
        engine.core.deadlines.remove(stranger);
    }
}
