package io.github.ppool.sample.mail;

import io.github.ppool.durable.DurableTask;
import io.github.ppool.durable.PoolTask;
import io.github.ppool.guard.GuardedLog;
import jakarta.mail.MessagingException;
import org.springframework.stereotype.Component;

/**
 * Sends the mails that were handed over, on the connections of the pool {@code smtp}. A mail is a row of the database
 * until the server has accepted it or refused it for good.
 */
@Component
class SendMail {

    /** Escapes line ends in the log, because the texts come from clients and servers. */
    private static final GuardedLog logger = GuardedLog.of(SendMail.class);

    private final Deliveries deliveries;

    SendMail(Deliveries deliveries) {
        this.deliveries = deliveries;
    }

    /**
     * Sends a mail. After an exception the plan of the pool decides. The key of the task is the same in all attempts,
     * so a mail that arrives twice can be recognised by its {@code Message-ID}.
     */
    @PoolTask(pool = "smtp", name = "send-mail")
    void send(Mail mail, SmtpConnection connection, DurableTask task) throws MessagingException {
        Delivery delivery = connection.send(task.key() + "@ppool.sample", mail);
        if (!delivery.accepted()) {
            logger.error("'{}' to {} was not sent: {}", mail.subject(), mail.to(), delivery.answer());
        }
        if (mail.nagger() != null) {
            deliveries.count(mail.nagger(), delivery.accepted());
        }
    }
}
