package io.github.ppool.cluster.engine;

import io.github.ppool.cluster.store.NodeId;
import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.GuardedLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The permits of one name on this node. Fields are guarded by the account's own monitor, which is held for a few steps
 * only and never while other code is called. Those under "the desk's thread" are of that thread alone.
 */
final class Account implements PermitAccount {

    private static final GuardedLog LOG = GuardedLog.of(Account.class);

    private final LeasedPermitDesk desk;
    private final String name;
    private final int limit;
    private final PermitUser user;

    private final Deque<Held> atHand = new ArrayDeque<>();
    private final Deque<CompletableFuture<@Nullable Held>> requests = new ArrayDeque<>();
    /** The requests of the desk's present round. Those that come during the round wait for the next one. */
    private final Deque<CompletableFuture<@Nullable Held>> served = new ArrayDeque<>();
    private boolean closed;
    private boolean changed = true;
    private boolean available;
    private boolean contested;
    private boolean handOver;
    /** A request was refused without asking the database. */
    private boolean asked;
    /** A heartbeat has come: the user may want more or less than it has told. */
    private boolean beat;
    /** Permits that the user was asked for and has not released yet. */
    private int closing;
    /** Until then a request is refused at once, because the database has just refused one, and the wish is recorded. */
    private @Nullable Long quietUntil;

    /** The desk's thread: the rhythm and the books of this account. */
    private final Wish wish;

    Account(LeasedPermitDesk desk, String name, int limit, PermitUser user, Wish wish) {
        this.desk = desk;
        this.name = name;
        this.limit = limit;
        this.user = user;
        this.wish = wish;
    }

    String name() {
        return name;
    }

    int limit() {
        return limit;
    }

    Wish wish() {
        return wish;
    }

    /** The work for an account, taken at one moment. */
    record Work(int requests, int atHand, boolean closed, boolean changed, boolean available, boolean contested,
            boolean handOver, boolean asked, boolean beat) {}

    /** Begins a round: takes the requests, and the marks, which begin anew. */
    synchronized Work work() {
        served.addAll(requests);
        requests.clear();
        served.removeIf(CompletableFuture::isDone);
        Work work = new Work(served.size(), atHand.size(), closed, changed, available, contested,
                handOver, asked, beat);
        changed = false;
        available = false;
        contested = false;
        handOver = false;
        asked = false;
        beat = false;
        return work;
    }

    synchronized void markChanged() {
        changed = true;
    }

    /**
     * Marks the news of a heartbeat. Even without any, the desk compares the wish with the user's: it may have changed.
     */
    synchronized void markNews(boolean nowAvailable, boolean nowContested, boolean nowHandOver) {
        available |= nowAvailable;
        contested |= nowContested;
        handOver |= nowHandOver;
        beat = true;
    }

    /** Refuses requests for a while, or no longer. */
    synchronized void quiet(@Nullable Long untilNanos) {
        quietUntil = untilNanos;
    }

    private synchronized boolean isQuiet() {
        Long until = quietUntil;
        return until != null && desk.nanoTime() - until < 0;
    }

    /** Gives a permit to the first request, or keeps it. Returns false if the account is closed. */
    synchronized boolean put(Held held) {
        if (closed) {
            return false;
        }
        CompletableFuture<@Nullable Held> request;
        while ((request = firstRequest()) != null) {
            held.take();
            if (request.complete(held)) {
                return true;
            }
        }
        atHand.add(held);
        return true;
    }

    private synchronized @Nullable CompletableFuture<@Nullable Held> firstRequest() {
        CompletableFuture<@Nullable Held> first = served.poll();
        return first == null ? requests.poll() : first;
    }

    /**
     * Ends the requests that the round has brought no permit. A request that has come during the round was not put to
     * the database: it stays.
     */
    void endRound() {
        List<CompletableFuture<@Nullable Held>> ended;
        synchronized (this) {
            ended = List.copyOf(served);
            served.clear();
        }
        ended.forEach(request -> request.complete(null));
    }

    /** Ends all requests without a permit. */
    void refuse(@Nullable Throwable reason) {
        List<CompletableFuture<@Nullable Held>> ended;
        synchronized (this) {
            ended = new ArrayList<>(served);
            ended.addAll(requests);
            served.clear();
            requests.clear();
        }
        for (CompletableFuture<@Nullable Held> request : ended) {
            if (reason == null) {
                request.complete(null);
            } else {
                request.completeExceptionally(reason);
            }
        }
    }

    /** Takes up to so many permits that no user has taken. */
    synchronized List<Held> takeAtHand(int count) {
        List<Held> taken = new ArrayList<>();
        while (taken.size() < count && !atHand.isEmpty()) {
            taken.add(atHand.removeLast());
        }
        return taken;
    }

    /** The time since which the oldest permit is at hand; null if there is none. */
    synchronized @Nullable Long oldestAtHand() {
        Held oldest = atHand.peek();
        return oldest == null ? null : oldest.sinceNanos();
    }

    /** Notes that the user has released a permit, which this node may get again at once. */
    synchronized void isReleased() {
        closing = Math.max(0, closing - 1);
        if (quietUntil != null) {
            quietUntil = null;
            changed = true;
        }
    }

    synchronized int closing() {
        return closing;
    }

    /** Forgets the permits and wishes of a lost lease, and lets the user end its work. */
    void lost() {
        synchronized (this) {
            atHand.clear();
            closing = 0;
            quietUntil = null;
            changed = true;
        }
        refuse(null);
        ForeignCode.tell(this, user::lost);
    }

    int wanted() {
        return ask(user::wanted);
    }

    int idle() {
        return ask(user::idle);
    }

    void tellAvailable() {
        ForeignCode.tell(this, user::available);
    }

    void tellHandOver() {
        ForeignCode.tell(this, user::handOver);
    }

    void tellOwed(int count) {
        ForeignCode.tell(this, () -> user.owe(count));
    }

    /** Lets the user give permits back, and returns how many it will release. */
    int askBack(int count) {
        synchronized (this) {
            closing += count; // before the call, which may release some already
        }
        int given = Math.min(count, ask(() -> user.giveBack(count)));
        synchronized (this) {
            closing = Math.max(0, closing - (count - given));
        }
        return given;
    }

    @SuppressWarnings("CatchingUnchecked") // a user that can't tell wants and has no permit
    private int ask(IntSupplier question) {
        try {
            return Math.max(0, ForeignCode.ask(question::getAsInt));
        } catch (Throwable failed) {
            LOG.error("the user of the permits {} failed", name, FailureText.of(failed));
            return 0;
        }
    }

    @Override
    public @Nullable HeldPermit poll() {
        Held held;
        do {
            synchronized (this) {
                held = atHand.poll();
            }
            if (held != null) {
                held.take();
            }
        } while (held != null && !held.isHeld());
        return held;
    }

    @Override
    public @Nullable HeldPermit acquire() throws InterruptedException, TimeoutException {
        HeldPermit held = poll();
        if (held != null || !desk.isOpen()) {
            return held;
        }
        if (isQuiet()) {
            refuseAtOnce();
            return null;
        }
        CompletableFuture<@Nullable Held> request = new CompletableFuture<>();
        synchronized (this) {
            if (closed) {
                return null;
            }
            requests.add(request);
            changed = true;
        }
        desk.signal();
        try {
            return request.get(desk.timeoutNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException | TimeoutException cut) {
            giveUp(request);
            throw cut;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException reason) {
                throw reason;
            }
            throw new IllegalStateException("the desk of the permits has failed", failed.getCause());
        }
    }

    /** A statement for each request would be one for each task while the limit is used up. */
    private void refuseAtOnce() {
        boolean first;
        synchronized (this) {
            first = !asked;
            asked = true;
        }
        if (first) {
            desk.signal();
        }
    }

    /** A permit that has come in the meantime goes to the next one. */
    private void giveUp(CompletableFuture<@Nullable Held> request) {
        if (!request.cancel(false) && !request.isCompletedExceptionally()) {
            Held late = request.getNow(null);
            if (late != null && !put(late)) {
                late.release();
            }
        }
    }

    @Override
    public void wantedChanged() {
        markChanged();
        desk.signal();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        refuse(null);
        takeAtHand(Integer.MAX_VALUE).forEach(Held::release);
        desk.closed(this);
    }

    boolean isOf(NodeId node) {
        return node.equals(wish.node());
    }

    @Override
    public String toString() {
        return "the user of the cluster's permits " + name;
    }
}
