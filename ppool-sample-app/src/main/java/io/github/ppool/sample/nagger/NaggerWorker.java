package io.github.ppool.sample.nagger;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.sample.mail.Mail;
import io.github.ppool.sample.mail.SmtpConnection;
import io.github.ppool.spring.boot.PoolWorker;

/**
 * A worker of the pool {@code nagger}: waits, nags, and begins again, until all reminders are written. Each worker runs
 * on a process of its own and needs no code for its end: the pool ends the process, which interrupts the worker.
 */
@PoolWorker("nagger")
class NaggerWorker {

    private final PoolClient<SmtpConnection> smtp;

    /** Makes a nagger, which is a worker of one pool and uses another one. */
    NaggerWorker(PoolClient<SmtpConnection> smtp) {
        this.smtp = smtp;
    }

    /**
     * Nags. The worker hands the mails over to the pool {@code smtp} instead of sending them. A mail that was handed
     * over is sent even if the nagger is stopped meanwhile. A mail server in trouble does not delay the nagger.
     */
    void nag(Reminder reminder) throws InterruptedException {
        for (int number = 1; reminder.isWanted(number); number++) {
            Thread.sleep(reminder.every());
            Mail mail = reminder.nag(number);
            smtp.asyncQueueResult(connection -> connection.send(mail))
                    .result()
                    .whenComplete((delivery, failure) -> reminder.sent(mail, delivery, failure));
        }
    }
}
