package io.github.ppool.cluster.engine;

import io.github.ppool.cluster.store.Claim;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.cluster.store.NodeId;
import io.github.ppool.cluster.store.Permit;
import io.github.ppool.cluster.store.Renewal;
import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The desk of this node's permits: one platform thread with a connection of its own. It sleeps while no permit is
 * wanted or given back. All requests that have come in the meantime go to the database in one round. The permits that
 * are given back come first, and then the wishes of each account.
 *
 * <p>Only this thread changes the permits of the incarnation in the database, apart from the end of the lease. So after
 * a failure, or if a heartbeat counts another number, it reads the permits of the node from the database. It adopts
 * those that got lost on the way. If the database has less than this node believes, the lease is given up.
 */
public final class LeasedPermitDesk implements PermitDesk, NodeLeaseListener {

    private static final GuardedLog LOG = GuardedLog.of(LeasedPermitDesk.class);

    private final NodeLease lease;
    private final MonotonicClock clock;
    private final LeaseSettings settings;

    private final Object lock = new Object();
    // Guarded by lock
    private final Map<String, Account> accounts = new LinkedHashMap<>();
    private final List<Account> closedAccounts = new ArrayList<>();
    private final Map<Permit, Held> known = new HashMap<>();
    private final List<Held> releases = new ArrayList<>();
    private @Nullable NodeId node;
    private boolean draining;
    private boolean doubtful;
    private @Nullable Thread thread;

    private volatile boolean stopped;
    private volatile boolean signalled;

    // The desk's thread
    private final Retries retries;
    private final HeldSession session;

    /**
     * A desk that is not started.
     *
     * @param store the store
     * @param lease the lease of this node; the desk becomes a listener of it when it is started
     * @param clock the clock of this node
     */
    public LeasedPermitDesk(LeaseStore store, NodeLease lease, MonotonicClock clock) {
        this.lease = lease;
        this.clock = clock;
        this.settings = lease.settings();
        this.session = new HeldSession(store, settings.timeout());
        this.retries = new Retries(settings.heartbeat());
    }

    /** Starts the thread. Has no effect if it is started. */
    public void start() {
        synchronized (lock) {
            if (thread != null) {
                return;
            }
            stopped = false;
            thread = Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name("ppool-cluster-permits")
                    .start(this::run);
        }
        lease.add(this);
    }

    /**
     * Ends the thread after a last round, and waits for it at most three fifths of the lease. Permits that are still
     * held become free when the node leaves. Has no effect if the desk is not started.
     */
    public void stop() {
        lease.remove(this);
        Thread stopping;
        synchronized (lock) {
            stopping = thread;
            thread = null;
        }
        if (stopping == null) {
            return;
        }
        stopped = true;
        signal(stopping);
        try {
            if (!stopping.join(settings.timeout().multipliedBy(2))) {
                LOG.warn("the desk of the cluster's permits still waits for the database");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public PermitAccount open(String name, int limit, PermitUser user) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, got: " + limit);
        }
        if (name.isEmpty() || name.length() > LeaseSettings.LONGEST_NAME) {
            throw new IllegalArgumentException("name must be of 1 to " + LeaseSettings.LONGEST_NAME
                    + " characters, got " + name.length() + ": " + name);
        }
        Account account = new Account(this, name, limit, user, new Wish(settings.heartbeat().toNanos()));
        synchronized (lock) {
            if (accounts.putIfAbsent(name, account) != null) {
                throw new IllegalStateException("the permits " + name + " have an open account on this node");
            }
        }
        signal();
        return account;
    }

    /**
     * Looks at the permits of all names that have an open account. Does not block.
     *
     * @return a new list, in the order of the openings
     */
    public List<PermitFigures> figures() {
        List<Account> all;
        Map<String, Integer> held = new HashMap<>();
        synchronized (lock) {
            all = List.copyOf(accounts.values());
            known.keySet().forEach(permit -> held.merge(permit.name(), 1, Integer::sum));
        }
        return all.stream()
                .map(account -> new PermitFigures(
                        account.name(), account.limit(), held.getOrDefault(account.name(), 0), account.wanted()))
                .toList();
    }

    /** Removes a closed account. The desk then removes its wish. */
    void closed(Account account) {
        synchronized (lock) {
            if (accounts.remove(account.name(), account)) {
                closedAccounts.add(account);
            }
        }
        signal();
    }

    boolean isOpen() {
        return lease.held() != null;
    }

    boolean isHeld(NodeId incarnation) {
        return lease.isHeld(incarnation);
    }

    long nanoTime() {
        return clock.nanoTime();
    }

    long timeoutNanos() {
        return settings.timeout().toNanos();
    }

    /** Hands a permit over to be released. */
    void giveBack(Held held) {
        if (held.isTaken()) {
            held.account().isReleased();
        }
        synchronized (lock) {
            if (!held.node().equals(node)) {
                return; // The permit went with its lease.
            }
            releases.add(held);
        }
        signal();
    }

    void signal() {
        Thread present;
        synchronized (lock) {
            present = thread;
        }
        if (present != null) {
            signal(present);
        }
    }

    private void signal(Thread desk) {
        signalled = true;
        LockSupport.unpark(desk);
    }

    @Override
    public void held(NodeId incarnation) {
        List<Account> all;
        synchronized (lock) {
            node = incarnation;
            all = List.copyOf(accounts.values());
        }
        all.forEach(Account::markChanged);
        signal();
    }

    @Override
    public void renewed(NodeId incarnation, Renewal renewal, int tookOver) {
        List<Account> all;
        synchronized (lock) {
            if (!incarnation.equals(node)) {
                return;
            }
            all = List.copyOf(accounts.values());
            draining = renewal.draining();
            if (renewal.held() != known.size()) {
                doubtful = true;
            }
        }
        for (Account account : all) {
            boolean available = renewal.available().contains(account.name()) || tookOver > 0;
            boolean handOver = renewal.handOvers().contains(account.name())
                    || (renewal.draining() && account.limit() == 1);
            account.markNews(available, renewal.contested().contains(account.name()), handOver);
        }
        signal();
    }

    @Override
    public void lost(NodeId incarnation, boolean leaving) {
        List<Account> all;
        synchronized (lock) {
            if (!incarnation.equals(node)) {
                return;
            }
            node = null;
            doubtful = false;
            known.clear();
            releases.clear();
            all = new ArrayList<>(accounts.values());
            all.addAll(closedAccounts);
        }
        all.forEach(Account::lost);
        signal();
    }

    @SuppressWarnings("CatchingUnchecked") // the desk must go on after each failure
    private void run() {
        long wait = 0;
        while (true) {
            long until = clock.nanoTime() + wait;
            // After a failure only the time ends the wait, and the stop.
            while (!stopped && (!signalled || retries.failures() > 0) && clock.nanoTime() - until < 0) {
                Thread.interrupted(); // a driver may have left it; the thread would spin
                clock.parkUntil(this, until);
            }
            boolean last = stopped;
            signalled = false;
            try {
                wait = round();
                retries.succeeded();
            } catch (Throwable failed) {
                wait = failed(failed);
            }
            if (last) {
                session.close();
                return;
            }
        }
    }

    private long failed(Throwable failure) {
        session.close();
        List<Account> all;
        synchronized (lock) {
            doubtful = true;
            all = List.copyOf(accounts.values());
        }
        if (retries.failures() == 0) {
            LOG.warn("a round of the cluster's permits has failed: {}", FailureText.of(failure));
        } else {
            LOG.debug("a further round of the cluster's permits has failed: {}", FailureText.of(failure));
        }
        for (Account account : all) {
            account.markChanged();
            account.refuse(failure);
        }
        return retries.failedNanos();
    }

    /** Does all present work, and returns the time to the next round. */
    private long round() {
        NodeId present;
        List<Account> all;
        List<Account> ended;
        boolean reconcile;
        synchronized (lock) {
            present = node;
            all = List.copyOf(accounts.values());
            ended = List.copyOf(closedAccounts);
            reconcile = doubtful;
        }
        if (present == null || !lease.isHeld(present)) {
            if (!isOpen()) { // else the news of the lease is on its way, and the requests wait for it
                all.forEach(account -> account.refuse(null));
            }
            synchronized (lock) {
                closedAccounts.removeAll(ended);
            }
            return Wish.NEVER / 4;
        }
        sendReleases(present);
        if (reconcile) {
            reconcile(present);
        }
        endWishes(present, ended);
        long next = Wish.NEVER / 4;
        for (Account account : all) {
            next = Math.min(next, serve(account, present));
        }
        return next;
    }

    private void sendReleases(NodeId present) {
        List<Held> batch;
        synchronized (lock) {
            batch = releases.stream().filter(held -> held.node().equals(present)).toList();
        }
        if (!batch.isEmpty()) {
            session.open().release(present, batch.stream().map(Held::permit).toList());
            synchronized (lock) {
                releases.removeAll(batch);
                batch.forEach(held -> known.remove(held.permit(), held));
            }
        }
    }

    private void endWishes(NodeId present, List<Account> ended) {
        Map<String, Integer> none = new HashMap<>();
        for (Account account : ended) {
            if (account.isOf(present) && account.wish().recorded() > 0 && !isOpen(account.name())) {
                none.put(account.name(), 0);
            }
        }
        if (!none.isEmpty()) {
            session.open().wish(present, none);
        }
        synchronized (lock) {
            closedAccounts.removeAll(ended);
        }
    }

    private boolean isOpen(String name) {
        synchronized (lock) {
            return accounts.containsKey(name);
        }
    }

    /** Compares the books with the database's. */
    private void reconcile(NodeId present) {
        List<Permit> stored = session.open().held(present);
        List<Permit> unknown = new ArrayList<>();
        Set<Permit> missing;
        synchronized (lock) {
            if (!present.equals(node)) {
                return;
            }
            doubtful = false;
            missing = new HashSet<>(known.keySet());
            stored.forEach(missing::remove);
            stored.stream().filter(permit -> !known.containsKey(permit)).forEach(unknown::add);
        }
        if (!missing.isEmpty()) {
            lease.forfeit(present, "the database does not know of " + missing.size() + " of its permits, such as "
                    + missing.iterator().next());
            return;
        }
        List<Permit> ownerless = new ArrayList<>();
        for (Permit permit : unknown) {
            Account account;
            synchronized (lock) {
                account = accounts.get(permit.name());
            }
            if (account == null) {
                ownerless.add(permit);
            } else {
                deliver(account, present, List.of(permit));
            }
        }
        if (!ownerless.isEmpty()) {
            session.open().release(present, ownerless);
        }
    }

    /** Serves an account, and returns the time to its next turn. */
    private long serve(Account account, NodeId present) {
        Wish wish = account.wish();
        if (!account.isOf(present)) {
            session.open().prepare(account.name(), account.limit());
            wish.begin(present);
        }
        Account.Work work = account.work();
        if (work.closed()) {
            return Wish.NEVER / 4;
        }
        boolean drains;
        synchronized (lock) {
            drains = draining;
        }
        long now = clock.nanoTime();
        if (work.asked()) {
            wish.wake(now);
        }
        boolean otherWish = work.beat() && Math.max(0, account.wanted() - work.atHand()) != wish.recorded();
        if (work.changed() || work.available() || work.requests() > 0 || otherWish || wish.isDue(now)) {
            obtain(account, present, work, drains);
        }
        account.endRound();
        if (work.handOver()) {
            account.tellHandOver();
        }
        payDebts(account, present, work);
        return Math.min(wish.untilNext(clock.nanoTime()), giveBackUnused(account));
    }

    /** Gives back as many permits as other nodes should have; a debt that remains is told to the user. */
    private void payDebts(Account account, NodeId present, Account.Work work) {
        Wish wish = account.wish();
        int before = wish.owed();
        boolean news = work.contested() && account.limit() > 1;
        if (news) {
            wish.owe(surplus(account, present));
        } else if (work.beat()) {
            wish.owe(0);
        }
        if (wish.owed() > 0) {
            wish.owe(payBack(account, wish.owed()));
        }
        // The user counts down by itself until the next heartbeat: the same number again would be another debt.
        if (news ? wish.owed() > 0 || before > 0 : wish.owed() == 0 && before > 0) {
            account.tellOwed(wish.owed());
        }
    }

    /** Acquires the wanted permits, as far as the share of the node goes, and records the rest as a wish. */
    private void obtain(Account account, NodeId present, Account.Work work, boolean drains) {
        Wish wish = account.wish();
        int missing = drains ? 0 : Math.max(work.requests(), account.wanted()) - work.atHand();
        if (missing > 0) {
            missing -= deliver(account, present, acquire(account, present, missing));
        }
        long now = clock.nanoTime();
        int rest = Math.max(0, missing);
        if (rest != wish.recorded()) {
            session.open().wish(present, Map.of(account.name(), rest));
            wish.record(rest, now);
        } else if (work.changed() && rest > 0) {
            wish.refresh(now);
        }
        if (rest > 0 && wish.isDue(now)) {
            wish.again(now);
        }
        account.quiet(rest > 0 ? (Long) (now + settings.heartbeat().toNanos()) : null);
    }

    private List<Permit> acquire(Account account, NodeId present, int missing) {
        String name = account.name();
        if (account.wish().recorded() == 0) {
            List<Permit> permits = session.open().acquire(present, name, account.limit(), missing, true);
            if (!permits.isEmpty()) {
                return permits;
            }
        }
        // None is free, or another node wants them too: then the shares decide.
        List<Claim> claims = claims(account, present, missing);
        int free = account.limit() - claims.stream().mapToInt(Claim::held).sum();
        int more = FairShare.of(account.limit(), claims).getOrDefault(present, 0) - heldBy(present, claims);
        int count = Math.min(missing, Math.min(free, more));
        return count <= 0 ? List.of() : session.open().acquire(present, name, account.limit(), count, false);
    }

    /** The claims of all nodes, with this node's wish as it is now. */
    private List<Claim> claims(Account account, NodeId present, int wanted) {
        List<Claim> claims = new ArrayList<>(session.open().claims(account.name()));
        int held = heldBy(present, claims);
        boolean drains;
        synchronized (lock) {
            drains = draining;
        }
        claims.removeIf(claim -> claim.node().equals(present));
        claims.add(new Claim(present, held, wanted, drains));
        return claims;
    }

    private static int heldBy(NodeId present, List<Claim> claims) {
        return claims.stream()
                .filter(claim -> claim.node().equals(present))
                .mapToInt(Claim::held)
                .sum();
    }

    /** Puts permits into the account, and returns their number. */
    private int deliver(Account account, NodeId present, List<Permit> permits) {
        boolean kept = false;
        for (Permit permit : permits) {
            Held held = new Held(this, account, present, permit, clock.nanoTime());
            synchronized (lock) {
                if (!present.equals(node)) {
                    return permits.size(); // lost with the lease
                }
                known.put(permit, held);
            }
            if (account.put(held)) {
                kept = true;
            } else {
                held.release();
            }
        }
        if (kept && account.oldestAtHand() != null) {
            account.tellAvailable();
        }
        return permits.size();
    }

    /**
     * The permits of this node above its share, of which other nodes want some; without those that are on their way.
     */
    private int surplus(Account account, NodeId present) {
        List<Claim> claims = claims(account, present, account.wish().recorded());
        int share = FairShare.of(account.limit(), claims).getOrDefault(present, 0);
        int wanted = claims.stream()
                .filter(claim -> !claim.node().equals(present))
                .mapToInt(Claim::wanted)
                .sum();
        int above = Math.min(heldBy(present, claims) - share, wanted);
        return Math.max(0, above - account.closing() - releasedMeanwhile(account, present));
    }

    /** The permits that are given back and that the database does not know of yet. */
    private int releasedMeanwhile(Account account, NodeId present) {
        synchronized (lock) {
            return (int) releases.stream()
                    .filter(held -> held.node().equals(present) && held.account() == account)
                    .count();
        }
    }

    /** Gives unused permits back, and returns the number of those that are still owed. */
    private int payBack(Account account, int owed) {
        List<Held> unused = account.takeAtHand(owed);
        unused.forEach(Held::release);
        int rest = owed - unused.size();
        int idle = Math.min(rest, account.idle());
        return idle <= 0 ? rest : rest - account.askBack(idle);
    }

    /** Gives back permits that the user has not taken for a heartbeat. Returns the time until that is due. */
    private long giveBackUnused(Account account) {
        Long oldest = account.oldestAtHand();
        if (oldest == null) {
            return Wish.NEVER / 4;
        }
        long left = oldest + settings.heartbeat().toNanos() - clock.nanoTime();
        if (left <= 0) {
            account.takeAtHand(Integer.MAX_VALUE).forEach(Held::release);
            return Duration.ofMillis(1).toNanos();
        }
        return left;
    }
}
