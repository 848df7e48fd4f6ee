package io.github.ppool.supervisor;

import io.github.ppool.process.Pid;

/**
 * The value of the exit reason of a supervisor that was not started because another process has its registered name:
 * OTP's <code>{already_started, Pid}</code>. An immutable value.
 *
 * @param name the name
 * @param pid the process that has the name
 */
public record AlreadyStarted(String name, Pid pid) {

    @Override
    public String toString() {
        return "{already_started, " + pid + "}";
    }
}
