package io.github.ppool.spring.boot.observe;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The application at one moment.
 *
 * @param sequence the number of the last sample of the history; the {@code since} of the next request
 * @param start a text that no other start of an application has
 * @param at the time
 * @param everyMillis the time between two samples of the history
 * @param complete false if pools or trees are left out because there are too many
 * @param application the application
 * @param showsValues true if messages and stacks of exceptions are shown
 * @param cluster true if there is a cluster
 * @param durable true if there are durable tasks
 * @param history when the history is kept
 * @param processes the number of processes that are alive
 * @param orphans the number of threads of killed processes
 * @param problems the problems, the worst first
 * @param pools the pools in alphabetical order
 * @param trees the supervision trees
 * @param groups the groups of pools in alphabetical order
 * @param journal the entries of the journal that are asked for, the newest first
 * @param top the largest values
 * @param detail the pool or tree that was asked for; null if none was
 */
public record Snapshot(
        long sequence,
        String start,
        Instant at,
        long everyMillis,
        boolean complete,
        ApplicationRow application,
        boolean showsValues,
        boolean cluster,
        boolean durable,
        String history,
        int processes,
        int orphans,
        List<Problem> problems,
        List<PoolRow> pools,
        List<TreeRow> trees,
        List<GroupRow> groups,
        List<JournalEntry> journal,
        Top top,
        @Nullable PoolDetail detail) {}
