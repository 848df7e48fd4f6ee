package io.github.ppool.cluster.store;

/**
 * The ledger of a rate, as a session has read it.
 *
 * @param version the number of its changes; zero if there is no ledger of that name
 * @param text the text of the last change; empty if there is none
 * @param nowMicros the time of the store at the reading or before, in microseconds since 1970
 */
public record LedgerRow(long version, String text, long nowMicros) {}
