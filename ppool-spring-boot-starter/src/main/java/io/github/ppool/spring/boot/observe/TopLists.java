package io.github.ppool.spring.boot.observe;

import io.github.ppool.pool.Pools;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the processes and waiters with the largest values. Used by one thread. */
final class TopLists {

    /** The most processes that are looked at. */
    static final int MOST = 20_000;
    /** The collection ends after that time, with what it has. */
    static final Duration PATIENCE = Duration.ofMillis(100);

    private final Pools pools;
    private final int length;

    TopLists(Pools pools, int length) {
        this.pools = pools;
        this.length = length;
    }

    Top collect() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<Top.OfMailbox> mailbox = new ArrayList<>();
        int seen = 0;
        for (Pid pid : pools.system().processes()) {
            if (seen++ == MOST || System.nanoTime() - deadline > 0) {
                break;
            }
            ProcessInfo info = pools.system().info(pid);
            if (info.messageQueueLength() > 0) {
                mailbox.add(new Top.OfMailbox(PidText.of(pid), label(pid), info.messageQueueLength()));
            }
        }
        return new Top(
                largest(mailbox, Comparator.comparingInt(Top.OfMailbox::value)),
                List.of(),
                List.of(),
                List.of());
    }

    private <T> List<T> largest(List<T> all, Comparator<T> by) {
        return all.stream().sorted(by.reversed()).limit(length).toList();
    }

    private static @Nullable String label(Pid pid) {
        return pid.label().isEmpty() ? null : Note.cut(pid.label(), Note.LONGEST);
    }
}
