package io.github.ppool.spring.boot.observe;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of one quantity at the last {@value #LENGTH} samples. Takes no memory as long as all of them are zero.
 * Used by one thread at a time.
 */
final class Series {

    /** Ten minutes of one sample a second. */
    static final int LENGTH = 600;

    private int @Nullable [] ring;

    void put(long sequence, int value) {
        if (ring == null && value != 0) {
            ring = new int[LENGTH];
        }
        if (ring != null) {
            ring[(int) (sequence % LENGTH)] = value;
        }
    }

    /** The value of one of the last samples. */
    int get(long sequence) {
        return ring == null ? 0 : ring[(int) (sequence % LENGTH)];
    }

    /**
     * The largest value, or the mean, of each of several groups of samples. Zeros at the end are left out.
     *
     * @param from the first sample
     * @param every the number of samples in a group
     * @param last the last sample
     * @param mean true for the mean
     * @return null if all are zero
     */
    @Nullable
    List<Integer> points(long from, int every, long last, boolean mean) {
        if (ring == null) {
            return null;
        }
        List<Integer> points = new ArrayList<>();
        int used = 0;
        for (long first = from; first <= last; first += every) {
            int point = point(first, Math.min(last, first + every - 1), mean);
            points.add(point);
            used = point == 0 ? used : points.size();
        }
        return used == 0 ? null : List.copyOf(points.subList(0, used));
    }

    private int point(long first, long last, boolean mean) {
        long sum = 0;
        int largest = 0;
        for (long sequence = first; sequence <= last; sequence++) {
            int value = get(sequence);
            sum += value;
            largest = Math.max(largest, value);
        }
        return mean ? (int) Math.round((double) sum / (last - first + 1)) : largest;
    }
}
