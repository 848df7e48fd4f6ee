package com.example.orders;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A connection to a mail server that remembers its mails. */
class SmtpWorker {

    static final List<String> SENT = new CopyOnWriteArrayList<>();
    static final AtomicInteger BREAKS = new AtomicInteger();

    void send(Mail mail, String messageId) throws IOException {
        if (BREAKS.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IOException("connection reset");
        }
        SENT.add(mail.to() + " " + mail.text() + " " + messageId);
    }
}
