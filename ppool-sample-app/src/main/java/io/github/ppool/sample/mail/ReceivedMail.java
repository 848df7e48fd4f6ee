package io.github.ppool.sample.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Instant;

/**
 * A mail that has arrived.
 *
 * @param id its Message-ID
 * @param to the recipient
 * @param subject the subject in one line
 * @param text the body
 * @param sent the time at which it was written
 */
record ReceivedMail(String id, String to, String subject, String text, Instant sent) {

    static ReceivedMail of(MimeMessage message) {
        try {
            return new ReceivedMail(
                    message.getMessageID().replaceAll("[<>]", ""),
                    message.getAllRecipients()[0].toString(),
                    message.getSubject(),
                    message.getContent().toString().strip(),
                    message.getSentDate().toInstant());
        } catch (MessagingException | IOException e) {
            throw new IllegalStateException("a mail in the inbox can't be read", e);
        }
    }
}
