package io.github.ppool.sample.mail;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/**
 * A worker of the pool {@code smtp}: one open connection to the mail server. A connection is expensive to open and not
 * thread-safe, as a typical pooled resource. The class does not depend on the pool.
 */
public final class SmtpConnection implements AutoCloseable {

    private final Session session;
    private final SMTPTransport transport;

    SmtpConnection(Session session, SMTPTransport transport) {
        this.session = session;
        this.transport = transport;
    }

    /**
     * Sends a mail.
     *
     * @param id its Message-ID; the same for each attempt to send it
     * @param mail the mail to send
     * @return the server's answer, if it accepted the mail or refused it for good
     * @throws MessagingException if there was no such answer: the connection broke, or the server has trouble (4xx).
     *     The state of the conversation is unknown then, so the exception crashes this worker. The server may or may
     *     not have accepted the mail
     */
    public Delivery send(String id, Mail mail) throws MessagingException {
        MimeMessage message = message(id, mail);
        try {
            transport.sendMessage(message, message.getAllRecipients());
            return new Delivery(true, transport.getLastServerResponse().strip());
        } catch (SendFailedException failure) {
            if (isRefusal(failure)) {
                return new Delivery(false, transport.getLastServerResponse().strip());
            }
            throw failure;
        }
    }

    private MimeMessage message(String id, Mail mail) throws MessagingException {
        MimeMessage message = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", "<" + id + ">");
            }
        };
        message.setFrom(new InternetAddress(mail.from()));
        message.setRecipient(Message.RecipientType.TO, new InternetAddress(mail.to()));
        message.setSubject(mail.subject(), StandardCharsets.UTF_8.name());
        message.setText(mail.text(), StandardCharsets.UTF_8.name());
        message.setSentDate(Date.from(Instant.now()));
        message.saveChanges();
        return message;
    }

    /**
     * Whether the server refused the mail for good (5xx). A lost connection is a SendFailedException too, but without
     * such a code.
     */
    private static boolean isRefusal(SendFailedException failure) {
        for (Exception each = failure; each instanceof MessagingException next; each = next.getNextException()) {
            int code = switch (each) {
                case SMTPSendFailedException send -> send.getReturnCode();
                case SMTPAddressFailedException address -> address.getReturnCode();
                case SMTPSenderFailedException sender -> sender.getReturnCode();
                default -> 0;
            };
            if (code >= 500 && code < 600) {
                return true;
            }
        }
        return false;
    }

    /** Asks the server (NOOP). */
    boolean isAlive() {
        return transport.isConnected();
    }

    /** Ends the conversation (QUIT) if the connection is still open. */
    @Override
    public void close() throws MessagingException {
        transport.close();
    }

    @Override
    public String toString() {
        return "connection to " + transport.getURLName().getHost();
    }
}
