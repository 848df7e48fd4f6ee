package io.github.ppool.restart;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The content of a saved {@link PlanState}.
 *
 * @param hash the hash of the plans
 * @param restartCount the restart count
 * @param failedStarts the failed starts in a row
 * @param active the place in the {@linkplain #order order} of the plan that the last end has selected
 * @param places element, turn and finished rounds of each plan, one plan after the other, in that order
 */
record SavedPlan(String hash, int restartCount, int failedStarts, int active, List<Integer> places) {

    /** The version of the text. */
    private static final String VERSION = "1";

    private static final int PLACE = 3;
    private static final int PARTS = 6;
    private static final int HASH_BYTES = 8;

    /**
     * The numbers of the plans in the order in which the text has them: the default plan, then those of the sorted
     * keys. The order of a map may be another one in each JVM.
     */
    static int[] order(PlanByReason plans) {
        List<String> keys = List.copyOf(plans.on().keySet());
        return IntStream.concat(IntStream.of(0), keys.stream().sorted().mapToInt(key -> 1 + keys.indexOf(key)))
                .toArray();
    }

    /** A hash of the texts of all plans. */
    static String hash(PlanByReason plans) {
        try {
            Map<String, RestartPlan> sorted = new TreeMap<>(plans.on());
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((plans.otherwise() + " " + sorted).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException impossible) { // each Java platform must have it
            throw new AssertionError(impossible);
        }
    }

    /** Whether the positions are those of these plans. */
    boolean isOf(PlanByReason plans) {
        if (!hash.equals(hash(plans)) || places.size() != PLACE * plans.size()) {
            return false;
        }
        int[] order = order(plans);
        for (int i = 0; i < order.length; i++) {
            int elements = plans.plan(order[i]).elements().size();
            if (places.get(PLACE * i) >= Math.max(1, elements)) {
                return false;
            }
        }
        return true;
    }

    String text() {
        String numbers = places.stream().map(String::valueOf).collect(Collectors.joining(","));
        return VERSION + ":" + hash + ":" + restartCount + ":" + failedStarts + ":" + active + ":" + numbers;
    }

    /**
     * Reads a text.
     *
     * @throws IllegalArgumentException if it is none
     */
    static SavedPlan read(String saved) {
        String[] parts = saved.split(":", -1);
        if (parts.length != PARTS || !parts[0].equals(VERSION)) {
            throw refused(saved);
        }
        try {
            List<Integer> places = Arrays.stream(parts[5].split(",", -1)).map(Integer::valueOf).toList();
            SavedPlan read = new SavedPlan(parts[1], Integer.parseInt(parts[2]), Integer.parseInt(parts[3]),
                    Integer.parseInt(parts[4]), places);
            boolean negative = read.restartCount < 0 || read.failedStarts < 0 || read.active < 0
                    || places.stream().anyMatch(place -> place < 0);
            if (negative || places.size() % PLACE != 0 || read.active >= places.size() / PLACE) {
                throw refused(saved);
            }
            return read;
        } catch (NumberFormatException noNumber) {
            throw refused(saved);
        }
    }

    private static IllegalArgumentException refused(String saved) {
        return new IllegalArgumentException(
                "the position in a plan must be a text of PlanState.save(), got: " + ShortText.of(saved));
    }
}
