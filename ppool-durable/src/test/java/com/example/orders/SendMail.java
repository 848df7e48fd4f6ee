package com.example.orders;

import io.github.ppool.durable.DurableTask;
import io.github.ppool.durable.PoolTask;
import java.io.IOException;
import org.springframework.stereotype.Component;

// tag::handler[]
@Component
class SendMail {

    @PoolTask(pool = "smtp", name = "send-mail")
    void send(Mail mail, SmtpWorker worker, DurableTask task) throws IOException {
        worker.send(mail, task.key()); // the same key in all attempts
    }
}
// end::handler[]
