package io.github.ppool.sample.nagger;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.sample.mail.Mail;
import io.github.ppool.sample.mail.SmtpConnection;
import io.github.ppool.spring.boot.PoolWorker;

/**
 * A worker of the pool {@code nagger}: waits, nags, and begins anew, until it has nagged often enough. Each runs on a
 * process of its own and has nothing to care for: to stop it means to end its process, which interrupts it.
 */
@PoolWorker("nagger")
class NaggerWorker {

    private final PoolClient<SmtpConnection> smtp;

    /** A nagger is a worker of one pool and uses another one. */
    NaggerWorker(PoolClient<SmtpConnection> smtp) {
        this.smtp = smtp;
    }

    /**
     * Nags. The mails are handed over to the pool {@code smtp}, not sent from here: a mail that was handed over is sent
     * even if this nagger is stopped meanwhile, and a mail server in trouble does not keep it from nagging in time.
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
