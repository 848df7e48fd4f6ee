package io.github.ppool.sample.later;

import io.github.ppool.durable.DurableQueue;
import io.github.ppool.durable.DurableTaskAdmin;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.EnqueuedTask;
import io.github.ppool.durable.TaskQuery;
import io.github.ppool.sample.RemindersProperties;
import io.github.ppool.sample.mail.Mail;
import jakarta.validation.Valid;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Single reminders over HTTP. An answer with status 202 means that the reminder is in the database: it is sent, even if
 * the application is killed right after it.
 */
@RestController
@RequestMapping("/reminders")
class LaterController {

    private static final int SHOWN = 100;
    private static final String PREFIX = "reminder-";

    private final DurableQueue<Mail> sendMail;
    private final DurableTaskAdmin tasks;
    private final RemindersProperties settings;

    LaterController(DurableQueue<Mail> sendMail, DurableTaskAdmin tasks, RemindersProperties settings) {
        this.sendMail = sendMail;
        this.tasks = tasks;
        this.settings = settings;
    }

    /** Accepts a reminder. */
    @PostMapping
    @ResponseStatus(HttpStatus.ACCEPTED)
    LaterView remind(@Valid @RequestBody LaterRequest request) {
        String key = PREFIX + UUID.randomUUID();
        Mail mail = new Mail(
                settings.from(),
                request.to(),
                request.task(),
                "You wanted to be reminded: " + request.task(),
                null);
        EnqueuedTask task = sendMail.with().key(key).delay(request.in()).enqueue(mail);
        return tasks.find(task.id())
                .map(LaterController::view)
                .orElseGet(() -> new LaterView(task.id(), key, "sent", Instant.now(), 1));
    }

    /** The reminders that are not sent yet, the first hundred of them. */
    @GetMapping
    List<LaterView> list() {
        return tasks.list(TaskQuery.ALL.withName("send-mail"), 0, SHOWN).stream()
                .filter(task -> task.key() != null && task.key().startsWith(PREFIX))
                .map(LaterController::view)
                .toList();
    }

    private static LaterView view(DurableTaskView task) {
        return new LaterView(
                task.id(),
                String.valueOf(task.key()),
                task.state().name().toLowerCase(Locale.ROOT),
                task.readyAt(),
                task.attempts());
    }

    /** Cancels a reminder, even while it is being sent. One that was sent stays sent. */
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void cancel(@PathVariable long id) {
        tasks.cancel(id);
    }
}
