package io.github.ppool.supervisor;

import io.github.ppool.process.ExitReason;

/**
 * The detail of the exit reason {@code shutdown} of a supervisor that could not start one of its first children: OTP's
 * <code>{failed_to_start_child, Id, Reason}</code>. An immutable value.
 *
 * @param id the id of the child
 * @param reason the reason of the failed start
 */
public record FailedToStartChild(String id, ExitReason reason) {

    @Override
    public String toString() {
        return "{failed_to_start_child, " + id + ", " + reason + "}";
    }
}
