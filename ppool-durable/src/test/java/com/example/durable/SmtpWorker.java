package com.example.durable;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The worker of the pool {@code smtp}: remembers its mails. */
class SmtpWorker {

    static final List<String> SENT = new CopyOnWriteArrayList<>();

    void send(Mail mail, String messageId) {
        SENT.add(mail.to() + ": " + mail.text() + " <" + messageId + ">");
    }
}
