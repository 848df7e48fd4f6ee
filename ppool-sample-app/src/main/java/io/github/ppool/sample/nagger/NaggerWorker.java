package io.github.ppool.sample.nagger;

import io.github.ppool.durable.DurableQueue;
import io.github.ppool.sample.mail.Mail;
import io.github.ppool.spring.boot.PoolWorker;

/**
 * A worker of the pool {@code nagger}: waits, nags, and begins again, until all reminders are written. Each worker runs
 * on a process of its own and needs no code for its end: the pool ends the process, which interrupts the worker.
 */
@PoolWorker("nagger")
class NaggerWorker {

    private final DurableQueue<Mail> sendMail;

    /** Makes a nagger, which is a worker of one pool and hands work over to another one. */
    NaggerWorker(DurableQueue<Mail> sendMail) {
        this.sendMail = sendMail;
    }

    /**
     * Nags. The worker hands the mails over as durable tasks of the pool {@code smtp} instead of sending them. A mail
     * that was handed over is sent even if the application is killed meanwhile. A mail server in trouble does not delay
     * the nagger.
     */
    void nag(Reminder reminder) throws InterruptedException {
        for (int number = 1; reminder.isWanted(number); number++) {
            Thread.sleep(reminder.every());
            sendMail.with().key(reminder.key(number)).enqueue(reminder.nag(number));
        }
    }
}
