package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.spring.boot.observe.ApplicationRow;
import io.github.ppool.spring.boot.observe.GroupRow;
import io.github.ppool.spring.boot.observe.JournalEntry;
import io.github.ppool.spring.boot.observe.PoolDetail;
import io.github.ppool.spring.boot.observe.PoolRow;
import io.github.ppool.spring.boot.observe.Problem;
import io.github.ppool.spring.boot.observe.Snapshot;
import io.github.ppool.spring.boot.observe.Top;
import io.github.ppool.spring.boot.observe.TreeRow;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code observe}: the application at one moment, for a page that shows it live.
 *
 * @param sequence the number of the last sample of the history; the {@code since} of the next request
 * @param start a text that no other start of an application has
 * @param at the time
 * @param everyMillis the time between two samples of the history
 * @param complete false if pools or trees are left out because there are too many
 * @param application the application
 * @param writable true if the endpoint takes actions
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
public record ObserveDescriptor(
        long sequence,
        String start,
        Instant at,
        long everyMillis,
        boolean complete,
        ApplicationRow application,
        boolean writable,
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
        @Nullable PoolDetail detail)
        implements
            EndpointAnswer {

    static ObserveDescriptor of(Snapshot seen, boolean writable) {
        return new ObserveDescriptor(
                seen.sequence(), seen.start(), seen.at(), seen.everyMillis(), seen.complete(), seen.application(),
                writable, seen.showsValues(), seen.cluster(), seen.durable(), seen.history(), seen.processes(),
                seen.orphans(), seen.problems(), seen.pools(), seen.trees(), seen.groups(), seen.journal(),
                seen.top(), seen.detail());
    }
}
