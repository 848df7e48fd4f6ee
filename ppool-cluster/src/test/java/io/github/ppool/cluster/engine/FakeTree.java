package io.github.ppool.cluster.engine;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessBody;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.ClusterTree;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A tree of one process, with a body of the test. */
final class FakeTree implements ClusterTree {

    private final ProcessSystem system;
    private final ProcessBody body;
    final List<Duration> stops = new CopyOnWriteArrayList<>();
    volatile boolean resting;
    volatile @Nullable Consumer<ExitReason> gaveUp;
    volatile @Nullable CountDownLatch slowStart;
    volatile @Nullable RuntimeException noStart;
    private volatile @Nullable Pid process;

    FakeTree(ProcessSystem system, ProcessBody body) {
        this.system = system;
        this.body = body;
    }

    @Override
    public String name() {
        return "feed";
    }

    boolean isRunning() {
        Pid now = process;
        return now != null && now.isAlive();
    }

    @Override
    public void start(Object group, Consumer<ExitReason> whenGivenUp) throws InterruptedException {
        if (noStart != null) {
            throw noStart;
        }
        CountDownLatch member = new CountDownLatch(1);
        process = system.spawn(self -> {
            self.group(group);
            member.countDown();
            body.run(self);
        });
        member.await();
        gaveUp = whenGivenUp;
        if (slowStart != null) {
            slowStart.await();
        }
    }

    @Override
    public void stop(Duration atMost) {
        stops.add(atMost);
        Pid now = process;
        if (now != null) {
            system.exit(now, ExitReason.SHUTDOWN);
        }
    }

    @Override
    public void rest(boolean now) {
        resting = now;
    }
}
