package io.github.ppool.spring.boot.observe;

import io.github.ppool.process.Pid;
import io.github.ppool.time.MonotonicClock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The journal of crashes and decisions of all pools and supervision trees. It outlives the workers, the pools and the
 * trees. It is bounded: the newest {@value #MOST_OF_ONE} entries of a pool or tree, and {@value #MOST} in all.
 *
 * <p>A pool or tree with more than {@value #A_SECOND} events in a second gets no more entries within that second. The
 * others are only counted, without a lock, so a storm of crashes costs one addition for each. The entry that follows
 * tells their number.
 *
 * <p>All methods may be called from any thread. They hold a lock for a few instructions and call no foreign code under
 * it.
 */
public final class Journal {

    /** The most entries of one pool or tree. */
    public static final int MOST_OF_ONE = 200;
    /** The most entries. */
    public static final int MOST = 10_000;
    /** The most entries of one pool or tree in a second. */
    static final int A_SECOND = 50;
    /** Refusals are told of once in so many seconds for each pool. */
    static final int REFUSALS_EVERY_SECONDS = 10;

    private static final long SECOND = 1_000_000_000;
    /** More than {@link #A_SECOND}. */
    private static final long COUNTS = 64;

    private final MonotonicClock clock;
    private final InstantSource wall;
    private final boolean keepsValues;
    private final ConcurrentHashMap<Subject, Pages> subjects = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    // guarded by the lock
    private final LinkedHashMap<Long, Kept> all = new LinkedHashMap<>();
    private long last;

    private record Restarts(Pid pid, int number) {}

    private record Kept(Subject subject, JournalEntry entry) {}

    /** The journal of one pool or tree. */
    private static final class Pages {
        private final LongAdder crashes = new LongAdder();
        /** The second of the last entry times {@link #COUNTS}, plus the number of entries in that second. */
        private final AtomicLong inSecond = new AtomicLong(Long.MIN_VALUE);
        private final LongAdder skipped = new LongAdder();
        private final AtomicLong refusalsToldAt = new AtomicLong(Long.MIN_VALUE);
        private final LongAdder refusals = new LongAdder();
        private final ConcurrentHashMap<String, Restarts> restarts = new ConcurrentHashMap<>();
        private volatile boolean running;
        // guarded by the lock of the journal
        private final ArrayDeque<Kept> entries = new ArrayDeque<>();

        /** Whether one more entry fits into this second. If not, it is counted as skipped. */
        boolean admits(long now) {
            while (true) {
                long known = inSecond.get();
                long entered = Math.floorDiv(known, COUNTS) == now ? Math.floorMod(known, COUNTS) : 0;
                if (entered >= A_SECOND) {
                    skipped.increment();
                    return false;
                }
                if (inSecond.compareAndSet(known, now * COUNTS + entered + 1)) {
                    return true;
                }
            }
        }
    }

    /**
     * Makes an empty journal.
     *
     * @param clock measures the seconds
     * @param wall tells the times of the entries
     * @param keepsValues true to keep the messages and stacks of exceptions
     */
    public Journal(MonotonicClock clock, InstantSource wall, boolean keepsValues) {
        this.clock = clock;
        this.wall = wall;
        this.keepsValues = keepsValues;
    }

    private Pages pages(Subject subject) {
        Pages known = subjects.get(subject);
        return known != null ? known : subjects.computeIfAbsent(subject, unused -> new Pages());
    }

    /** A pool or tree begins: its crashes are counted from zero. */
    void begins(Subject subject) {
        Pages pages = pages(subject);
        pages.running = true;
        pages.crashes.reset();
    }

    /** A pool or tree has ended. Its entries stay. */
    void ends(Subject subject) {
        lock.lock();
        try {
            Pages pages = subjects.get(subject);
            if (pages != null) {
                pages.running = false;
                pages.restarts.clear();
                forgetIfUnused(subject, pages);
            }
        } finally {
            lock.unlock();
        }
    }

    private void forgetIfUnused(Subject subject, Pages pages) {
        if (!pages.running && pages.entries.isEmpty()) {
            subjects.remove(subject, pages);
        }
    }

    /** A child has crashed; the entry is told apart from this. */
    void countCrash(Subject subject) {
        pages(subject).crashes.increment();
    }

    /** The number of crashes since the pool or tree began. */
    long crashes(Subject subject) {
        Pages known = subjects.get(subject);
        return known == null ? 0 : known.crashes.sum();
    }

    /** A child runs again. The children with the most restarts are remembered while the pool or tree runs. */
    void countRestart(Subject subject, String child, Pid pid, int restarts) {
        Map<String, Restarts> known = pages(subject).restarts;
        String id = Note.cut(child, Note.LONGEST);
        if (known.containsKey(id) || known.size() < MOST_OF_ONE) {
            known.put(id, new Restarts(pid, restarts));
            return;
        }
        known.entrySet().stream().min(Comparator.comparingInt(other -> other.getValue().number))
                .filter(least -> least.getValue().number < restarts)
                .ifPresent(least -> {
                    known.remove(least.getKey());
                    known.put(id, new Restarts(pid, restarts));
                });
    }

    /** The children with the most restarts. */
    List<Top.OfRestarts> mostRestarts(int most) {
        List<Top.OfRestarts> found = new ArrayList<>();
        subjects.forEach((subject, pages) -> pages.restarts.forEach((child, restarts) -> found.add(new Top.OfRestarts(
                subject.kind().key, Note.cut(subject.name(), Note.LONGEST), child,
                restarts.pid.isAlive() ? PidText.of(restarts.pid) : null, restarts.number))));
        return found.stream()
                .sorted(Comparator.comparingInt(Top.OfRestarts::value).reversed()
                        .thenComparing(Top.OfRestarts::child))
                .limit(most)
                .toList();
    }

    /** Adds an entry, unless there are too many in this second. */
    void add(Subject subject, Supplier<Note> content) {
        Pages pages = pages(subject);
        if (pages.admits(Math.floorDiv(clock.nanoTime(), SECOND))) {
            long skipped = pages.skipped.sumThenReset();
            write(subject, content.get(), skipped);
        }
    }

    /** Counts a refusal. Now and then there is an entry about those since the entry before. */
    void refused(Subject subject, Throwable refusal) {
        Pages pages = pages(subject);
        pages.refusals.increment();
        long now = Math.floorDiv(clock.nanoTime(), SECOND * REFUSALS_EVERY_SECONDS);
        long told = pages.refusalsToldAt.get();
        if (told != now && pages.refusalsToldAt.compareAndSet(told, now)) {
            add(subject, () -> new Note("refused")
                    .reason(refusal.getClass().getName())
                    .times(Math.max(1, pages.refusals.sumThenReset())));
        }
    }

    private void write(Subject subject, Note note, long skipped) {
        Instant at = wall.instant().truncatedTo(ChronoUnit.MILLIS);
        String message = keepsValues ? note.message() : null;
        List<String> stack = keepsValues ? note.stack() : null;
        Instant backAt = note.backIn == null ? null : later(at, note.backIn);
        String pid = note.pid == null ? null : PidText.of(note.pid);
        lock.lock();
        try {
            Pages pages = pages(subject);
            Kept kept = new Kept(subject, new JournalEntry(++last, at, Note.cut(subject.name(), Note.LONGEST),
                    subject.kind().key, note.event, note.child, pid, note.reason, note.decision, backAt, note.times,
                    skipped == 0 ? null : skipped, message, stack));
            all.put(last, kept);
            pages.entries.addLast(kept);
            if (pages.entries.size() > MOST_OF_ONE) {
                all.remove(pages.entries.removeFirst().entry.sequence());
            }
            if (all.size() > MOST) {
                forgetOldest();
            }
        } finally {
            lock.unlock();
        }
    }

    private static Instant later(Instant at, Duration delay) {
        try {
            return at.plus(delay);
        } catch (DateTimeException | ArithmeticException never) {
            return Instant.MAX;
        }
    }

    /** The oldest entry of all is the oldest of its pool or tree. */
    private void forgetOldest() {
        Kept oldest = all.pollFirstEntry().getValue();
        Pages pages = subjects.get(oldest.subject);
        if (pages != null) {
            pages.entries.removeFirst();
            forgetIfUnused(oldest.subject, pages);
        }
    }

    /**
     * The newest entries of all pools and trees.
     *
     * @param after the sequence of the last entry that is known; zero for none
     * @param most the most entries
     * @param values true to show messages and stacks
     * @return the newest first
     */
    public List<JournalEntry> after(long after, int most, boolean values) {
        List<JournalEntry> found = new ArrayList<>();
        lock.lock();
        try {
            for (Kept kept : all.sequencedValues().reversed()) {
                if (kept.entry.sequence() <= after || found.size() == most) {
                    break;
                }
                found.add(kept.entry);
            }
        } finally {
            lock.unlock();
        }
        return shown(found, values);
    }

    /** The entries of a pool or tree, the newest first. */
    List<JournalEntry> of(Subject subject, boolean values) {
        List<JournalEntry> found = new ArrayList<>();
        lock.lock();
        try {
            Pages pages = subjects.get(subject);
            if (pages != null) {
                pages.entries.reversed().forEach(kept -> found.add(kept.entry));
            }
        } finally {
            lock.unlock();
        }
        return shown(found, values);
    }

    /** The time of the last event of a kind; null if the journal has none. */
    @Nullable
    Instant lastAt(Subject subject, String event) {
        lock.lock();
        try {
            Pages pages = subjects.get(subject);
            if (pages != null) {
                for (Kept kept : pages.entries.reversed()) {
                    if (kept.entry.event().equals(event)) {
                        return kept.entry.at();
                    }
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** The time until the next start that is decided; null if none is. */
    @Nullable
    Long nextStartInMillis(Subject subject) {
        Instant now = wall.instant();
        Instant next = null;
        lock.lock();
        try {
            Pages pages = subjects.get(subject);
            if (pages != null) {
                for (Kept kept : pages.entries) {
                    Instant at = kept.entry.backAt();
                    if (at != null && at.isAfter(now) && (next == null || at.isBefore(next))) {
                        next = at;
                    }
                }
            }
        } finally {
            lock.unlock();
        }
        return next == null || next.equals(Instant.MAX) ? null : Duration.between(now, next).toMillis();
    }

    /** For tests: the number of pools and trees that are known. */
    int subjects() {
        return subjects.size();
    }

    private static List<JournalEntry> shown(List<JournalEntry> entries, boolean values) {
        return values ? entries : entries.stream().map(JournalEntry::withoutValues).toList();
    }
}
