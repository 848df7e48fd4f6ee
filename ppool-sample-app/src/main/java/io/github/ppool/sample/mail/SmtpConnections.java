package io.github.ppool.sample.mail;

import io.github.ppool.pool.WorkerFactory;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.springframework.stereotype.Component;

/**
 * Makes the workers of the pool {@code smtp}, which names this bean in {@code application.yml}. The server is that of
 * Spring Boot's own {@code spring.mail.*}, or the embedded one.
 */
@Component
class SmtpConnections implements WorkerFactory<SmtpConnection> {

    private final JavaMailSenderImpl server;

    SmtpConnections(JavaMailSenderImpl server) {
        this.server = server;
    }

    /** Opens a connection. After an exception the pool tries again, with growing pauses. */
    @Override
    public SmtpConnection create() throws MessagingException {
        Session session = server.getSession();
        SMTPTransport transport = (SMTPTransport) session.getTransport("smtp");
        transport.connect(server.getHost(), server.getPort(), server.getUsername(), server.getPassword());
        return new SmtpConnection(session, transport);
    }

    /**
     * Checks an idle connection after each {@code keep-alive}. A connection that the server has dropped thus crashes
     * before a mail needs it.
     */
    @Override
    public boolean validate(SmtpConnection connection) {
        return connection.isAlive();
    }
}
