package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.spring.boot.observe.Observer;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request for a snapshot.
 *
 * @param since the sequence of the last snapshot; null for the first one
 * @param pool the pool or tree that is wanted in detail; null for none
 * @param top the length of the lists of largest values; null for {@link ObserveControl#TOP}
 * @param journalSince the sequence of the last known entry of the journal; null for none
 */
record ObserveRequest(
        @Nullable Long since, @Nullable String pool, @Nullable Integer top, @Nullable Long journalSince) {

    ObserveRequest {
        notNegative("since", since);
        notNegative("journalSince", journalSince);
        if (top != null && (top < 1 || top > ObserveControl.LONGEST_TOP)) {
            throw Refusal.of("top must be from 1 to " + ObserveControl.LONGEST_TOP + ", got: " + top);
        }
    }

    private static void notNegative(String name, @Nullable Long value) {
        if (value != null && value < 0) {
            throw Refusal.of(name + " must be 0 or more, got: " + value);
        }
    }

    Observer.Question question(boolean values) {
        return new Observer.Question(
                since,
                pool,
                top == null ? ObserveControl.TOP : top,
                journalSince == null ? 0 : journalSince,
                values);
    }
}
