package io.github.ppool.cluster.engine;

import io.github.ppool.pool.Rate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The permits of a rate over all nodes, at one moment: those in the shares of the nodes, and those that rest because
 * they were used. All others are free. A node changes it by {@link #exchange}, in memory, and the store replaces one
 * version by the next. An immutable value; times are those of the store, in microseconds since 1970.
 *
 * <p>The rule that each exchange keeps: a permit is given to a node only if its last use was a period ago, or longer. A
 * node uses the permits of its share by a strict sliding window. So in no period more begin than the rate
 * permits, wherever the permits move meanwhile.
 *
 * <p>A share whose end has come is that of a dead or cut node, which uses it no longer. All its permits rest from then
 * on, since the ledger does not know when they were used.
 *
 * @param shares the shares, in the order of their holders
 * @param rests the resting permits, those first that were used first
 */
record RateLedger(List<Share> shares, List<Rest> rests) {

    static final RateLedger EMPTY = new RateLedger(List.of(), List.of());

    /** The most times of rests. More are put together, at the later time. */
    static final int MOST_RESTS = 64;

    RateLedger {
        shares = shares.stream().sorted(Comparator.comparing(Share::holder)).toList();
        rests = rests.stream().sorted(Comparator.comparingLong(Rest::lastMicros)).toList();
    }

    /**
     * The share of a node.
     *
     * @param holder the id of this opening of the pool on the node
     * @param node the name of the node, for people
     * @param rate the rate as the node has it, without its burst
     * @param permits the number of its permits, used or not
     * @param demand the number that it would use within the period
     * @param wanted the number that it wants beside those it has, and that no other node has given up yet
     * @param untilMicros the end of the share, unless it is extended
     */
    record Share(UUID holder, String node, Rate rate, int permits, int demand, int wanted, long untilMicros) {}

    /**
     * Permits that were used and are in no share.
     *
     * @param count the number, one or more
     * @param lastMicros a time at or after their last use
     */
    record Rest(int count, long lastMicros) {}

    /**
     * The report of a node.
     *
     * @param given the permits that it gives back; its own share is reduced by them
     * @param unknown permits that it used and that its share in this ledger does not have, because the store went back
     * @param demand the number that it would use within the period
     * @param isShort true if callers wait, or most permits of the share are in use
     */
    record Report(List<Rest> given, List<Rest> unknown, int demand, boolean isShort) {}

    /**
     * The answer to a node.
     *
     * @param next the ledger that is to replace this one
     * @param permits the permits of its share
     * @param surplus the number of permits that it should give back, because other nodes want them and should have them
     * @param wanted the number that it still wants
     * @param soonestMicros the time until the first of the resting permits is free; {@link Long#MAX_VALUE} if none
     * rests
     */
    record Answer(RateLedger next, int permits, int surplus, int wanted, long soonestMicros) {}

    @Nullable
    Share of(UUID holder) {
        return shares.stream().filter(share -> share.holder().equals(holder)).findFirst().orElse(null);
    }

    /**
     * The exchange of a node with the ledger.
     *
     * @param now the time
     * @param self the holder; it may have no share yet
     * @param node its name
     * @param rate the rate as this node has it
     * @param report its report
     * @param leaseMicros the time after which its share ends
     * @param turnMicros the time after which permits that can't be divided equally go to the next node
     */
    Answer exchange(
            long now, UUID self, String node, Rate rate, Report report, long leaseMicros, long turnMicros) {
        List<Share> others = new ArrayList<>();
        List<Rest> rest = new ArrayList<>(rests);
        Share own = settle(now, self, others, rest);
        int given = report.given().stream().mapToInt(Rest::count).sum();
        int permits = own == null ? 0 : Math.max(0, own.permits() - given);
        rest.addAll(report.given());
        rest.addAll(report.unknown());
        List<Rest> resting = compacted(rest, now, longestPeriod(rate, others));

        long inUse = permits + others.stream().mapToLong(Share::permits).sum();
        long period = micros(rate);
        List<Rest> counted = resting.stream().filter(one -> one.lastMicros() + period > now).toList();
        long free = Math.max(0, rate.permits() - inUse - counted.stream().mapToLong(Rest::count).sum());
        int target = target(self, rate, report.demand(), others, now / Math.max(1, turnMicros));
        int wanted = report.isShort() || permits == 0 ? Math.max(0, target - permits) : 0;
        // An exchange gives or gets. So after an answer that was lost, the ledger tells whether it has happened.
        int granted = given > 0 ? 0 : (int) Math.min(wanted, free);
        permits += granted;
        wanted -= granted;
        long wantedByOthers = others.stream().mapToLong(Share::wanted).sum();
        int surplus = (int) Math.max(0, Math.min(permits - (long) target, wantedByOthers - (free - granted)));
        others.add(new Share(self, node, Rate.of(rate.permits(), rate.period()), permits, report.demand(), wanted,
                now + leaseMicros));
        long soonest = counted.isEmpty() ? Long.MAX_VALUE : counted.get(0).lastMicros() + period - now;
        return new Answer(new RateLedger(others, resting), permits, surplus, wanted, soonest);
    }

    /** The ledger without a holder, which has given all its permits back. */
    RateLedger without(UUID self, List<Rest> given, Rate rate, long now) {
        List<Share> others = new ArrayList<>();
        List<Rest> rest = new ArrayList<>(rests);
        if (settle(now, self, others, rest) != null) {
            rest.addAll(given);
        }
        return new RateLedger(others, compacted(rest, now, longestPeriod(rate, others)));
    }

    /** The ledger at a time: permits of ended shares rest. */
    RateLedger at(long now) {
        List<Share> living = new ArrayList<>();
        List<Rest> rest = new ArrayList<>(rests);
        settle(now, null, living, rest);
        long longest = living.stream().mapToLong(share -> micros(share.rate())).max().orElse(0);
        return new RateLedger(living, longest == 0 ? rest : compacted(rest, now, longest));
    }

    /** Puts the living shares of others into the list, and the permits of ended ones to those that rest. */
    private @Nullable Share settle(long now, @Nullable UUID self, List<Share> others, List<Rest> rest) {
        Share own = null;
        for (Share share : shares) {
            if (share.holder().equals(self)) {
                own = share;
            } else if (share.untilMicros() > now) {
                others.add(share);
            } else if (share.permits() > 0) {
                rest.add(new Rest(share.permits(), share.untilMicros()));
            }
        }
        return own;
    }

    private static long longestPeriod(Rate rate, List<Share> others) {
        return Math.max(micros(rate), others.stream().mapToLong(share -> micros(share.rate())).max().orElse(0));
    }

    /** The permits that still rest; if they are at too many times, at later ones. */
    private static List<Rest> compacted(List<Rest> rests, long now, long period) {
        Map<Long, Integer> counts = new HashMap<>();
        List<Rest> present = rests.stream()
                .filter(rest -> rest.count() > 0 && rest.lastMicros() + period > now)
                .toList();
        // The width is always the same, so that no rest gets later with each exchange.
        long times = present.stream().mapToLong(Rest::lastMicros).distinct().count();
        long width = times > MOST_RESTS ? Math.ceilDiv(period, MOST_RESTS / 2) : 1;
        for (Rest rest : present) {
            counts.merge(Math.ceilDiv(rest.lastMicros(), width) * width, rest.count(), Integer::sum);
        }
        List<Rest> compacted = new ArrayList<>();
        counts.forEach((last, count) -> compacted.add(new Rest(count, last)));
        compacted.sort(Comparator.comparingLong(Rest::lastMicros));
        return compacted;
    }

    /**
     * The number of permits that a node should have: as equal as possible, but not more than its demand while others
     * have more. The rest is divided equally, so that each node has some at hand. Permits that can't be
     * divided equally go round.
     */
    private static int target(UUID self, Rate rate, int demand, List<Share> others, long turn) {
        List<UUID> holders = new ArrayList<>();
        Map<UUID, Integer> demands = new HashMap<>();
        others.forEach(share -> demands.put(share.holder(), Math.min(share.demand(), rate.permits())));
        demands.put(self, Math.min(demand, rate.permits()));
        holders.addAll(demands.keySet());
        holders.sort(Comparator.naturalOrder());
        List<UUID> inTurn = new ArrayList<>();
        int first = (int) Math.floorMod(turn, (long) holders.size());
        inTurn.addAll(holders.subList(first, holders.size()));
        inTurn.addAll(holders.subList(0, first));

        Map<UUID, Integer> targets = new HashMap<>();
        int left = rate.permits();
        List<UUID> open = inTurn.stream().filter(holder -> demands.getOrDefault(holder, 0) > 0).toList();
        while (left > 0 && !open.isEmpty()) {
            int each = left / open.size();
            List<UUID> unsatisfied = new ArrayList<>();
            for (UUID holder : open) {
                int has = targets.getOrDefault(holder, 0);
                int more = Math.min(left, Math.min(Math.max(1, each), demands.getOrDefault(holder, 0) - has));
                targets.put(holder, has + more);
                left -= more;
                if (has + more < demands.getOrDefault(holder, 0)) {
                    unsatisfied.add(holder);
                }
            }
            open = unsatisfied;
        }
        int each = left / holders.size();
        int one = inTurn.indexOf(self) < left % holders.size() ? 1 : 0;
        return targets.getOrDefault(self, 0) + each + one;
    }

    static long micros(Rate rate) {
        return Math.ceilDiv(rate.period().toNanos(), 1_000L);
    }

    // ---- the text

    /** The text in the store: a line for each share and for each rest. */
    String text() {
        StringBuilder text = new StringBuilder("1\n");
        for (Share share : shares) {
            text.append("share ").append(share.holder()).append(' ').append(share.rate()).append(' ')
                    .append(share.permits()).append(' ').append(share.demand()).append(' ').append(share.wanted())
                    .append(' ').append(share.untilMicros()).append(' ')
                    .append(share.node().replaceAll("\\p{Cntrl}", "?")).append('\n');
        }
        for (Rest rest : rests) {
            text.append("rest ").append(rest.count()).append(' ').append(rest.lastMicros()).append('\n');
        }
        return text.toString();
    }

    /**
     * Reads a text.
     *
     * @throws IllegalArgumentException if no ledger has that text
     */
    static RateLedger parse(String text) {
        if (text.isEmpty()) {
            return EMPTY;
        }
        List<String> lines = text.lines().toList();
        if (!lines.get(0).equals("1")) {
            throw new IllegalArgumentException("ledger must have the format 1, got: " + shown(lines.get(0)));
        }
        List<Share> shares = new ArrayList<>();
        List<Rest> rests = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            boolean known;
            try {
                known = read(line.split(" ", 8), shares, rests);
            } catch (IllegalArgumentException unreadable) {
                throw wrong(line, unreadable);
            }
            if (!known) {
                throw wrong(line, null);
            }
        }
        return new RateLedger(shares, rests);
    }

    private static boolean read(String[] parts, List<Share> shares, List<Rest> rests) {
        if (parts.length == 8 && parts[0].equals("share")) {
            return shares.add(new Share(UUID.fromString(parts[1]), parts[7], Rate.parse(parts[2]),
                    Integer.parseInt(parts[3]), Integer.parseInt(parts[4]), Integer.parseInt(parts[5]),
                    Long.parseLong(parts[6])));
        }
        return parts.length == 3 && parts[0].equals("rest")
                && rests.add(new Rest(Integer.parseInt(parts[1]), Long.parseLong(parts[2])));
    }

    private static IllegalArgumentException wrong(String line, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "ledger must have a share or a rest in each line, got: " + shown(line), cause);
    }

    private static String shown(String line) {
        return line.length() <= 100 ? line : line.substring(0, 100) + "…";
    }
}
