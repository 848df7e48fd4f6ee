package io.github.ppool.soak;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A fault that the soak makes on purpose, so that it can be seen to end with 1: {@code
 * -Dsoak.fault=lose-task}.
 */
enum Fault {
    /** The soak makes no fault. */
    NONE(null),
    /** An outcome of a task gets lost on its way. */
    LOSE_TASK(Finding.TASKS_LOST),
    /** A task is run by its worker two times. */
    RUN_TWICE(Finding.TASKS_RUN_TWICE),
    /** The factory answers with a worker that another place has already. */
    SHARE_WORKER(Finding.DOUBLE_HAND_OUTS),
    /** The factory makes one more worker than it is asked for, and that one is never closed. */
    FORGET_WORKER(Finding.WORKERS_NOT_CLOSED),
    /** A worker is closed two times. */
    CLOSE_TWICE(Finding.WORKERS_CLOSED_TWICE),
    /** A thread never gives its worker back; a kill of that worker would put it right. */
    KEEP_LEASE(Finding.BOOKS),
    /** An operation fails in a way that it must not. */
    FAIL(Finding.FAILURES),
    /** The killer leaves idle workers alone. */
    SPARE_IDLE(Finding.NEVER_KILLED),
    /** A process lives on after the stop. */
    KEEP_PROCESS(Finding.PROCESSES_LEFT),
    /** A process is killed, and its thread heeds no interrupt. */
    KEEP_ORPHAN(Finding.ORPHANS_LEFT),
    /** A thread with the name of a pool runs on after the stop. */
    KEEP_THREAD(Finding.THREADS_LEFT),
    /** A large object is kept in memory. */
    KEEP_MEMORY(Finding.HEAP_GROWTH);

    private final @Nullable Finding finding;

    Fault(@Nullable Finding finding) {
        this.finding = finding;
    }

    /** The finding that the soak must report; null for {@link #NONE}. */
    @Nullable
    Finding finding() {
        return finding;
    }

    static Fault parse(String text) {
        try {
            return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("soak.fault must be one of "
                    + Arrays.stream(values()).map(Fault::word).collect(Collectors.joining(", ")) + ", got: " + text, e);
        }
    }

    /** The fault as it is written on the command line. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
