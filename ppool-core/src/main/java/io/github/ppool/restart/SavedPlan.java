package io.github.ppool.restart;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The content of a saved {@link PlanState}.
 *
 * @param hash the hash of the plans
 * @param restartCount the restart count
 * @param failedStarts the failed starts in a row
 * @param active the place in {@link PlanByReason#savedOrder} of the plan that the last end has selected
 * @param places element, turn and finished rounds of each plan, one plan after the other, in that order
 */
record SavedPlan(String hash, int restartCount, int failedStarts, int active, List<Integer> places) {

    /** The version of the text. */
    private static final String VERSION = "1";

    private static final int PLACE = 3;
    private static final int PARTS = 6;

    /**
     * Whether the positions are those of plans with this hash.
     *
     * @param elements the number of elements of each plan, in the order of the places
     */
    boolean isOf(String plans, int[] elements) {
        if (!hash.equals(plans) || places.size() != PLACE * elements.length) {
            return false;
        }
        for (int i = 0; i < elements.length; i++) {
            if (places.get(PLACE * i) >= Math.max(1, elements[i])) {
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
