package io.github.ppool.sample.nagger;

import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.sample.RemindersProperties;
import io.github.ppool.sample.mail.Deliveries;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.UUID;
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
    private final Deliveries deliveries;

    /** The beginning of the names of the naggers of this run. */
    private final String run = UUID.randomUUID() + ".";

    private final AtomicLong lastId = new AtomicLong();
    private final NavigableMap<Long, Reminder> reminders = new ConcurrentSkipListMap<>();
    private volatile boolean running;
    private volatile boolean stopping;

    Naggers(PoolClient<NaggerWorker> pool, RemindersProperties settings, Deliveries deliveries) {
        this.pool = pool;
        this.settings = settings;
        this.deliveries = deliveries;
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
        Reminder reminder = new Reminder(run, lastId.incrementAndGet(), settings.from(), request);
        deliveries.begin(reminder.name());
        reminders.put(reminder.id(), reminder);
        try {
            reminder.accepted(handOver(reminder, request.mode()));
        } catch (NoPlaceFreeException | PoolException refused) {
            reminders.remove(reminder.id());
            deliveries.forget(reminder.name());
            reminder.refused();
            throw refused;
        }
        forgetOld();
        return view(reminder, deliveries.startingWith(reminder.name()));
    }

    private static NaggerView view(Reminder reminder, Map<String, Deliveries.Count> mails) {
        return reminder.view(mails.getOrDefault(reminder.name(), Deliveries.Count.NONE));
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
        Map<String, Deliveries.Count> mails = deliveries.startingWith(run);
        return reminders.values().stream().map(reminder -> view(reminder, mails)).toList();
    }

    NaggerView get(long id) {
        Reminder reminder = find(id);
        return view(reminder, deliveries.startingWith(reminder.name()));
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
        ended.stream().limit(Math.max(0, ended.size() - settings.keepEnded())).forEach(this::forget);
    }

    private void forget(Long id) {
        Reminder old = reminders.remove(id);
        if (old != null) {
            deliveries.forget(old.name());
        }
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
     * <p>The mails that the naggers have written are rows of the database. Those that are being sent are finished
     * before the pool {@code smtp} closes its connections, in a lower phase than this one. The others wait for the next
     * start, or for another instance.
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
