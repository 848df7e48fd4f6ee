package io.github.ppool.sample;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** A mail server of the test's own, behind an {@link SmtpProxy}. */
final class MailboxServer implements AutoCloseable {

    private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    final SmtpProxy proxy;

    MailboxServer() throws IOException {
        server.start();
        proxy = new SmtpProxy(server.getSmtp().getPort());
    }

    /** The subjects of the mails that have arrived for an address. */
    List<String> subjectsFor(String to) {
        return messagesFor(to).stream().map(MailboxServer::subject).toList();
    }

    List<MimeMessage> messagesFor(String to) {
        return Arrays.stream(server.getReceivedMessages()).filter(message -> isFor(message, to)).toList();
    }

    private static boolean isFor(MimeMessage message, String to) {
        try {
            return message.getAllRecipients()[0].toString().equals(to);
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String subject(MimeMessage message) {
        try {
            return message.getSubject();
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    static String id(MimeMessage message) {
        try {
            return message.getMessageID();
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        server.stop();
    }
}
