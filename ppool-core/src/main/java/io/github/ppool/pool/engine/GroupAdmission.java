package io.github.ppool.pool.engine;

import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.GroupStatus;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolGroupSpec;
import io.github.ppool.pool.PoolInterruptedException;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.PoolState;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.QueueOrder;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.ShedRule;
import io.github.ppool.pool.WorkerUnavailableException;
import io.github.ppool.process.Pid;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether one more caller of a group is accepted, and makes the refusals of a group, which name each member.
 * Holds no lock.
 */
final class GroupAdmission<W> {

    /** The longest text about one member. */
    private static final int LONGEST_REASON = 1_000;

    private final PoolGroupSpec spec;
    private final GroupLine<W> line;
    private final List<GroupMember<W>> members;
    private final MonotonicClock clock;
    private final LongAdder refused = new LongAdder();

    GroupAdmission(PoolGroupSpec spec, GroupLine<W> line, List<GroupMember<W>> members, MonotonicClock clock) {
        this.spec = spec;
        this.line = line;
        this.members = members;
        this.clock = clock;
    }

    /**
     * The answer of all members together.
     *
     * @param refusal why the group serves no callers; null if it does
     * @param capacity the sum of the capacities of the members that accept
     * @param servable the number of callers that they can serve without another holder
     */
    record Room(@Nullable PoolException refusal, long capacity, long servable) {

        /**
         * Whether one more may not wait.
         *
         * @param queued the number of entries in the queue
         * @param forKeys the number of tasks that wait for their key
         * @param waitsForKey whether the newcomer would wait for its key
         */
        boolean isFull(int queued, int forKeys, boolean waitsForKey) {
            long unserved = queued - servable;
            return (unserved < 0 && !waitsForKey ? unserved : Math.max(0, unserved) + forKeys) >= capacity;
        }
    }

    /**
     * Asks all members: a member that serves again is passed over no longer.
     *
     * @param what the request
     * @param patient whether the caller waits on while no member can make workers
     */
    Room ask(String what, boolean patient) {
        Map<String, PoolException> reasons = new LinkedHashMap<>();
        List<GroupMember<W>> accepting = new ArrayList<>();
        long capacity = 0;
        long servable = 0;
        for (GroupMember<W> member : members) {
            GroupMember.Answer answer = member.ask(what, patient, () -> missing(member.pool));
            if (answer.refusal() == null) {
                accepting.add(member);
                capacity += answer.capacity();
                servable += answer.servable();
            } else {
                reasons.put(member.pool, answer.refusal());
            }
        }
        if (accepting.isEmpty()) {
            return new Room(refusedByAll(what, reasons), 0, 0);
        }
        forgive(accepting);
        return new Room(null, capacity, servable);
    }

    /** The refusal of one more waiter, because as many wait as the members that accept have capacity. */
    PoolException full(String what, Room room) {
        GroupStatus now = status();
        return PoolRejectedException.queueFull(what + " was refused: " + now.total().queueDepth()
                + " wait for the group '" + spec.name() + "', and the queue-capacity of its members is "
                + room.capacity, now.total(), null, retryAfter(now));
    }

    /** A member that lacks workers goes on being passed over as long as another one serves. */
    private void forgive(List<GroupMember<W>> accepting) {
        accepting.stream().filter(member -> !member.lacksWorkers()).forEach(GroupMember::forgive);
        if (accepting.stream().allMatch(GroupMember::lacksWorkers)) {
            accepting.forEach(GroupMember::forgive);
        }
    }

    /** The refusal of waiters that no member serves any more. */
    PoolException refusalOfWaiters() {
        Map<String, PoolException> reasons = new LinkedHashMap<>();
        for (GroupMember<W> member : members) {
            PoolException why = member.passedOver();
            if (why != null || member.engine() == null) {
                reasons.put(member.pool, why == null ? missing(member.pool) : why);
            }
        }
        return refusedByAll("the wait", reasons);
    }

    /** The kind of exception is that of the reason that gives most hope: a full queue is shorter soon. */
    PoolException refusedByAll(String what, Map<String, PoolException> reasons) {
        String text = what + " was refused by each member of the group '" + spec.name() + "': "
                + reasons.entrySet().stream().map(reason -> reason.getKey() + ": " + brief(reason.getValue()))
                        .collect(Collectors.joining("; "));
        PoolStatus now = status().total();
        Throwable cause = reasons.values().stream().map(Throwable::getCause).filter(failure -> failure != null)
                .findFirst().orElse(null);
        List<PoolException> all = List.copyOf(reasons.values());
        Duration retryAfter = shortest(all.stream().flatMap(why -> why.retryAfter().stream()));
        if (all.stream().anyMatch(why -> why instanceof CheckoutTimeoutException)) {
            return new CheckoutTimeoutException(text, now, cause, retryAfter);
        }
        if (all.stream().anyMatch(why -> why instanceof PoolRejectedException refusal && refusal.isQueueFull())) {
            return PoolRejectedException.queueFull(text, now, cause, retryAfter);
        }
        if (all.stream().anyMatch(why -> why instanceof PoolRejectedException)) {
            return new PoolRejectedException(text, now, cause, retryAfter);
        }
        return all.stream().anyMatch(why -> why instanceof WorkerUnavailableException)
                ? new WorkerUnavailableException(text, now, cause, retryAfter)
                : new PoolStoppedException(text, now, cause);
    }

    /** The time after which the rate of a member permits one more; null if no rate is in the way. */
    private static @Nullable Duration retryAfter(GroupStatus now) {
        return shortest(now.members().stream().filter(GroupStatus.Member::isUp)
                .map(member -> Objects.requireNonNull(member.status()).retryAfter()).filter(Duration::isPositive));
    }

    private static @Nullable Duration shortest(Stream<Duration> times) {
        return times.min(Comparator.naturalOrder()).orElse(null);
    }

    private static String brief(PoolException why) {
        String text = String.valueOf(why.getMessage());
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON) + "…";
    }

    private PoolException missing(String pool) {
        return new PoolStoppedException("there is no pool '" + pool + "' at the moment", none(pool), null);
    }

    private static PoolStatus none(String pool) {
        return new PoolStatus(pool, PoolPhase.STOPPED, PoolState.FULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                Duration.ZERO, 0, null);
    }

    PoolException timedOut(Duration timeout) {
        GroupStatus now = status();
        return new CheckoutTimeoutException("no worker of the group '" + spec.name() + "' came within " + timeout
                + explainMembers(now), now.total(), null, retryAfter(now));
    }

    PoolException interrupted(String what) {
        return new PoolInterruptedException(what, status().total(), null);
    }

    PoolException ownerEnded(Pid process) {
        return new PoolRejectedException("the process " + process + " that asked for a worker has ended",
                status().total(), null);
    }

    PoolException deadlineOver(Object task, @Nullable Duration deadline) {
        GroupStatus now = status();
        return new PoolRejectedException(task + " was not begun within its deadline of " + deadline
                + explainMembers(now), now.total(), null, retryAfter(now));
    }

    PoolException closed(String what) {
        return new PoolStoppedException(what + " was refused: the group '" + spec.name() + "' was closed",
                status().total(), null);
    }

    private static String explainMembers(GroupStatus now) {
        return now.members().stream()
                .map(member -> "; " + member.pool() + ": " + explain(member))
                .collect(Collectors.joining());
    }

    private static String explain(GroupStatus.Member member) {
        return member.passedOver() != null
                ? "passed over, because " + member.passedOver()
                : member.status() == null ? "no such pool" : member.status().explain();
    }

    /** One more refusal is counted. */
    <T extends PoolException> T refuse(T refusal) {
        refused.increment();
        return refusal;
    }

    GroupStatus status() {
        List<GroupStatus.Member> all = new ArrayList<>();
        List<PoolStatus> present = new ArrayList<>();
        long served = 0;
        for (GroupMember<W> member : members) {
            PoolEngine<W> engine = member.engine();
            PoolStatus status = engine == null ? null : engine.status();
            PoolException why = member.passedOver();
            all.add(new GroupStatus.Member(member.pool, status, member.served(), why == null ? null : brief(why)));
            served += member.served();
            if (status != null) {
                present.add(status);
            }
        }
        return new GroupStatus(spec, total(present), all, served, refused.sum());
    }

    private PoolStatus total(List<PoolStatus> present) {
        int waiting;
        long waitedNanos;
        long now = clock.nanoTime();
        line.lock();
        try {
            waiting = line.size() + line.keys.waiting();
            waitedNanos = now - line.oldestSinceNanos(now);
        } finally {
            line.unlock();
        }
        PoolStatus sum = present.stream().reduce(none(spec.name()), GroupAdmission::plus);
        return new PoolStatus(spec.name(), sum.phase(), sum.state(), sum.available(), sum.overflow(),
                sum.checkedOut(), sum.size(), sum.maxOverflow(), sum.minIdle(), sum.warmingUp(), sum.borrowed(),
                sum.working(),
                sum.starting(), sum.stopping(), sum.waitingToRestart(), waiting, sum.queueCapacity(),
                Duration.ofNanos(Math.max(0, waitedNanos)), sum.queue(), sum.checkouts(), sum.transactions(),
                sum.tasks(),
                sum.leases(), sum.orphaned(), sum.waitingForPermit(), sum.noPermit(), null, null,
                sum.overruns(), sum.lastFailure(), sum.lastFailureText());
    }

    private static PoolStatus plus(PoolStatus a, PoolStatus b) {
        return new PoolStatus(a.name(),
                rank(a.phase()) <= rank(b.phase()) ? a.phase() : b.phase(),
                a.state().ordinal() <= b.state().ordinal() ? a.state() : b.state(),
                a.available() + b.available(),
                a.overflow() + b.overflow(),
                a.checkedOut() + b.checkedOut(),
                limited((long) a.size() + b.size()),
                limited((long) a.maxOverflow() + b.maxOverflow()),
                limited((long) a.minIdle() + b.minIdle()),
                a.warmingUp() == null
                        ? b.warmingUp()
                        : b.warmingUp() == null ? a.warmingUp() : Integer.valueOf(a.warmingUp() + b.warmingUp()),
                a.borrowed() + b.borrowed(),
                a.working() + b.working(),
                a.starting() + b.starting(),
                a.stopping() + b.stopping(),
                a.waitingToRestart() + b.waitingToRestart(),
                0,
                limited((long) a.queueCapacity() + b.queueCapacity()),
                Duration.ZERO,
                plus(a.queue(), b.queue()),
                a.checkouts() + b.checkouts(),
                new PoolStatus.Transactions(
                        a.transactions().succeeded() + b.transactions().succeeded(),
                        a.transactions().failed() + b.transactions().failed(),
                        a.transactions().crashed() + b.transactions().crashed()),
                new PoolStatus.Tasks(
                        a.tasks().done() + b.tasks().done(),
                        a.tasks().failed() + b.tasks().failed(),
                        a.tasks().cancelled() + b.tasks().cancelled(),
                        a.tasks().rejected() + b.tasks().rejected(),
                        a.tasks().waits().plus(b.tasks().waits()),
                        a.tasks().attempts().plus(b.tasks().attempts())),
                a.leases().plus(b.leases()),
                a.orphaned() + b.orphaned(),
                a.waitingForPermit() + b.waitingForPermit(),
                a.noPermit() == null ? b.noPermit() : a.noPermit(),
                null, // the rate is each member's own
                null,
                a.overruns() == null
                        ? b.overruns()
                        : b.overruns() == null ? a.overruns() : Long.valueOf(a.overruns() + b.overruns()),
                a.lastFailureText() == null ? b.lastFailure() : a.lastFailure(),
                a.lastFailureText() == null ? b.lastFailureText() : a.lastFailureText());
    }

    /** The group's own queue is first in, first out; the waiters that were shed are those of the members. */
    private static PoolStatus.Queue plus(PoolStatus.Queue a, PoolStatus.Queue b) {
        PoolStatus.Shed one = a.counts();
        PoolStatus.Shed other = b.counts();
        return new PoolStatus.Queue(QueueOrder.FIFO, ShedRule.NEWEST, null, a.overloaded() || b.overloaded(),
                new PoolStatus.Shed(one.newest() + other.newest(), one.oldest() + other.oldest(),
                        one.deadline() + other.deadline(), one.maxWait() + other.maxWait()));
    }

    /** From the most usable phase to the least. */
    private static int rank(PoolPhase phase) {
        return switch (phase) {
            case RUNNING -> 0;
            case RECOVERING -> 1;
            case SUSPENDED -> 2;
            case DRAINING -> 3;
            case GAVE_UP -> 4;
            case STOPPED -> 5;
        };
    }

    private static int limited(long number) {
        return (int) Math.min(number, Integer.MAX_VALUE);
    }
}
