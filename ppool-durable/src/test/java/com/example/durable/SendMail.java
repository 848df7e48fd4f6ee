package com.example.durable;

import io.github.ppool.durable.DurableTask;
import io.github.ppool.durable.PoolTask;
import java.io.IOException;
import org.springframework.stereotype.Component;

@Component
class SendMail {
    @PoolTask(pool = "smtp", name = "send-mail", version = 2) // the row holds name and version, never a class
    void send(Mail mail, SmtpWorker worker, DurableTask task) throws IOException {
        worker.send(mail, task.key()); // the idempotency key, the same in all attempts
    }
}
