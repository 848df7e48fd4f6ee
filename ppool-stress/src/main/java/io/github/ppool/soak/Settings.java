package io.github.ppool.soak;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/**
 * How a soak is to be done.
 *
 * @param time how long there is load
 * @param killsASecond the number of processes that are killed in a second, over all pools; 0 for none
 * @param seed the start of the dice
 * @param fault the wrong that is done on purpose
 */
record Settings(Duration time, int killsASecond, long seed, Fault fault) {

    static final int DEFAULT_KILLS = 1000;

    Settings {
        if (!time.isPositive()) {
            throw new IllegalArgumentException("the time must be more than zero, got: " + time);
        }
        if (killsASecond < 0) {
            throw new IllegalArgumentException("soak.kills must not be negative, got: " + killsASecond);
        }
    }

    /**
     * From the command line and the system properties {@code soak.kills} and {@code soak.fault}.
     *
     * @throws IllegalArgumentException if one of them can't be understood; it says which
     */
    static Settings of(String... args) {
        if (args.length < 1 || args.length > 2) {
            throw new IllegalArgumentException("usage: Soak TIME [SEED], TIME as 30s, 10m or 8h");
        }
        Duration time;
        try {
            time = Duration.parse("PT" + args[0].toUpperCase(Locale.ROOT));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("the time must be like 30s, 10m or 8h, got: " + args[0], e);
        }
        long seed = args.length == 2 ? Long.parseLong(args[1]) : System.nanoTime();
        String kills = System.getProperty("soak.kills", String.valueOf(DEFAULT_KILLS));
        return new Settings(time, Integer.parseInt(kills), seed, Fault.parse(System.getProperty("soak.fault", "none")));
    }

    /**
     * So long that each task that is still missing then is lost. With a fault it is missing for certain, so a short
     * time does.
     */
    Duration patience() {
        return fault == Fault.NONE ? Duration.ofSeconds(60) : Duration.ofSeconds(2);
    }

    /** As {@link #patience}, for the threads of the pools, of which an idle one is kept for ten seconds. */
    Duration threadPatience() {
        return fault == Fault.KEEP_THREAD ? Duration.ofSeconds(15) : patience();
    }

    /** When the code is loaded and compiled, and the pools have their size. */
    Duration warmUp() {
        Duration most = time.dividedBy(2);
        Duration least = Duration.ofSeconds(3);
        Duration tenth = time.dividedBy(10);
        Duration wanted = tenth.compareTo(least) > 0 ? tenth : least;
        return wanted.compareTo(most) > 0 ? most : wanted;
    }
}
