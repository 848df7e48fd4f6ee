package io.github.ppool.sample.mail;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The inbox of the embedded mail server. */
@RestController
class InboxController {

    private static final int SHOWN = 50;

    private final ObjectProvider<EmbeddedSmtp> embedded;
    private final String host;

    InboxController(ObjectProvider<EmbeddedSmtp> embedded, @Value("${spring.mail.host:embedded}") String host) {
        this.embedded = embedded;
        this.host = host;
    }

    /** The newest mails first. */
    @GetMapping("/inbox")
    Inbox inbox() {
        List<ReceivedMail> all = Arrays.stream(server().getReceivedMessages()).map(ReceivedMail::of).toList();
        return new Inbox(
                server().arrived(),
                all.reversed().stream() // dates are in seconds: within a second, the last mail comes first
                        .sorted(Comparator.comparing(ReceivedMail::sent).reversed())
                        .limit(SHOWN)
                        .toList());
    }

    /** Drops all connections of the server, to watch the workers of the pool {@code smtp} crash and restart. */
    @DeleteMapping("/inbox/connections")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void dropConnections() {
        server().hangUp();
    }

    private EmbeddedSmtp server() {
        EmbeddedSmtp server = embedded.getIfAvailable();
        if (server != null) {
            return server;
        }
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                HttpStatus.NOT_FOUND,
                "mails go to the server " + host
                        + " (spring.mail.host), look there: /inbox shows only what the embedded server gets");
        problem.setTitle("No embedded inbox");
        throw new ErrorResponseException(HttpStatus.NOT_FOUND, problem, null);
    }

    /**
     * The inbox.
     *
     * @param total the number of mails since the start
     * @param mails the newest mails
     */
    record Inbox(long total, List<ReceivedMail> mails) {}
}
