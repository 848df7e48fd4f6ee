package com.example.mail;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Code of an application, which the observer tells from that of libraries by its package. */
public final class MailServer {

    private final CountDownLatch reply;

    public MailServer(CountDownLatch reply) {
        this.reply = reply;
    }

    /** Sends a mail, and waits for a reply that does not come. */
    public boolean send(Object connection) throws InterruptedException {
        return awaitReply(connection.hashCode());
    }

    private boolean awaitReply(int session) throws InterruptedException {
        return reply.await(10, TimeUnit.MINUTES) && session != 0;
    }
}
