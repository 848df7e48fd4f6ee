package io.github.ppool.sample.nagger;

import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.sample.RemindersProperties;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Service;

/** All naggers of this application. */
@Service
class Naggers implements SmartLifecycle {

    /** Escapes line ends in the log, because the texts come from clients. */
    private static final GuardedLog logger = GuardedLog.of(Naggers.class);

    private final PoolClient<NaggerWorker> pool;
    private final RemindersProperties settings;
    private final AtomicLong lastId = new AtomicLong();
    private final NavigableMap<Long, Reminder> reminders = new ConcurrentSkipListMap<>();
    private volatile boolean running;
    private volatile boolean stopping;

    Naggers(PoolClient<NaggerWorker> pool, RemindersProperties settings) {
        this.pool = pool;
        this.settings = settings;
    }

    /**
     * Starts a nagger.
     *
     * @throws NoNewNaggersException if the application is being stopped
     * @throws NoPlaceFreeException if the mode is {@code run} and no place is free
     * @throws PoolException if the pool refuses it, or with {@code sync} if no place became free in time
     */
    NaggerView start(NaggerRequest request) {
        if (stopping) {
            throw new NoNewNaggersException();
        }
        Reminder reminder = new Reminder(lastId.incrementAndGet(), settings.from(), request);
        reminders.put(reminder.id(), reminder);
        try {
            reminder.accepted(handOver(reminder, request.mode()));
        } catch (NoPlaceFreeException | PoolException refused) {
            reminders.remove(reminder.id());
            reminder.refused();
            throw refused;
        }
        forgetOld();
        return reminder.view();
    }

    /** Hands the work over to the pool, in one of the three ways. */
    private Task<?> handOver(Reminder reminder, Mode mode) {
        return switch (mode) {
            case RUN -> pool.run(nagger -> nagger.nag(reminder))
                    .orElseThrow(() -> new NoPlaceFreeException(pool.status().explain()));
            case SYNC -> pool.tasks(TaskOptions.DEFAULT.withDeadline(settings.syncWait()))
                    .syncQueue(nagger -> nagger.nag(reminder));
            case ASYNC -> pool.asyncQueue(nagger -> nagger.nag(reminder));
        };
    }

    List<NaggerView> list() {
        return reminders.values().stream().map(Reminder::view).toList();
    }

    NaggerView get(long id) {
        return find(id).view();
    }

    /** Stops a nagger in any state. A nagger that has ended stays unchanged. */
    void stop(long id) {
        find(id).stop();
    }

    private Reminder find(long id) {
        Reminder reminder = reminders.get(id);
        if (reminder == null) {
            throw new NoSuchNaggerException(id);
        }
        return reminder;
    }

    private void forgetOld() {
        List<Long> ended = reminders.entrySet().stream()
                .filter(entry -> entry.getValue().hasEnded())
                .map(Map.Entry::getKey)
                .toList();
        ended.stream().limit(Math.max(0, ended.size() - settings.keepEnded())).forEach(reminders::remove);
    }

    // ---- the end of the application

    @Override
    public void start() {
        stopping = false;
        running = true;
    }

    /**
     * Stops the naggers. A nagger may nag for ever, so the pool can't wait for the end of its work. The naggers are
     * therefore stopped first and report their progress.
     *
     * <p>The pools are stopped later, in {@code PpoolPhases.POOLS}, a lower phase than this one. The pool
     * {@code nagger} depends on the pool {@code smtp}, which sends the mails that the naggers have written before it
     * closes its connections.
     */
    @Override
    public void stop() {
        stopping = true;
        List<Reminder> living = reminders.values().stream().filter(reminder -> !reminder.hasEnded()).toList();
        living.forEach(Reminder::stop);
        CompletableFuture.allOf(living.stream().map(Reminder::ended).toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, 5, TimeUnit.SECONDS)
                .join();
        living.forEach(reminder -> logger.info("The application is stopping: {}", reminder));
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
