package io.github.ppool.soak;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Collects the faults after a soak, a line for each. One thread. */
final class Judge {

    /**
     * The bytes that a full collection may leave more at the end than at the warm point: tables that have grown, and
     * code that was loaded late.
     */
    static final long HEAP_ALLOWANCE_BYTES = 4L << 20;
    /** So many kills must hit each kind of victim at least once. */
    static final long MANY_KILLS = 100;
    private static final int SHOWN = 5;

    private final List<String> lines = new ArrayList<>();

    /** The findings; empty if all is well. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    private void found(Finding finding, String what) {
        lines.add("FOUND " + finding + ": " + what);
    }

    /** A count that must be zero. */
    Judge none(Finding finding, long count, String what) {
        if (count != 0) {
            found(finding, String.format(Locale.ROOT, "%,d %s", count, what));
        }
        return this;
    }

    /** Objects of which none must be left; the first few are shown. */
    Judge nothingLeft(Finding finding, Collection<?> left) {
        if (!left.isEmpty()) {
            found(finding, left.size() + ", such as " + left.stream().limit(SHOWN).toList());
        }
        return this;
    }

    /** Two numbers that must be the same. */
    Judge same(Finding finding, long one, String nameOfOne, long other, String nameOfOther) {
        if (one != other) {
            found(finding, String.format(Locale.ROOT, "%,d %s, %,d %s", one, nameOfOne, other, nameOfOther));
        }
        return this;
    }

    /**
     * Compares the tasks with the outcomes that the listeners of the pools were told of.
     *
     * @param accepted tasks that were accepted for certain
     * @param unsure tasks with a hand-over that was cut off by the death of the caller; each may have been accepted or
     * not
     */
    Judge outcomesTold(long told, long accepted, long unsure) {
        String among = String.format(Locale.ROOT, "among %,d tasks and at most %,d more", accepted, unsure);
        none(Finding.TASKS_LOST, Math.max(0, accepted - told), "ends of tasks that no listener was told of, " + among);
        none(Finding.TASKS_RUN_TWICE, Math.max(0, told - accepted - unsure),
                "ends of tasks that a listener was told of again, " + among);
        return this;
    }

    /** No finding after few kills. */
    Judge everyKindWasHit(Map<?, Long> kills) {
        long all = kills.values().stream().mapToLong(Long::longValue).sum();
        kills.forEach((kind, hits) -> {
            if (hits == 0 && all >= MANY_KILLS) {
                found(Finding.NEVER_KILLED, String.format(Locale.ROOT, "%s, with %,d kills in all", kind, all));
            }
        });
        return this;
    }

    /** Live bytes after full collections. */
    Judge heap(long warmBytes, long endBytes) {
        if (endBytes - warmBytes > HEAP_ALLOWANCE_BYTES) {
            found(Finding.HEAP_GROWTH, String.format(Locale.ROOT,
                    "%,d KiB were in use when the pools were warm and %,d KiB at the end, which may be %,d KiB more",
                    warmBytes >> 10, endBytes >> 10, HEAP_ALLOWANCE_BYTES >> 10));
        }
        return this;
    }
}
