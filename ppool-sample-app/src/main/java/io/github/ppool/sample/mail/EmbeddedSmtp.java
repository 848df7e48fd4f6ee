package io.github.ppool.sample.mail;

import com.icegreen.greenmail.Managers;
import com.icegreen.greenmail.server.AbstractServer;
import com.icegreen.greenmail.server.ProtocolHandler;
import com.icegreen.greenmail.smtp.SmtpServer;
import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.store.MailFolder;
import com.icegreen.greenmail.store.StoredMessage;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.user.UserException;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Flags;
import java.net.Socket;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * GreenMail's mail server for SMTP, on the loopback interface. All mails go to one inbox, which keeps
 * the newest ones. The server can close the connections of its clients, as real servers do at times.
 */
class EmbeddedSmtp extends GreenMail {

    private final int keepMails;
    private final AtomicLong arrived = new AtomicLong();

    /** The open conversations, weakly referenced, because this class is not notified of their ends. */
    private final Set<ProtocolHandler> conversations = Collections
            .synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    /** A server that is not started yet; port zero means a free one. */
    EmbeddedSmtp(int port, int keepMails) {
        super(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        this.keepMails = keepMails;
    }

    @Override
    public synchronized void start() {
        try {
            GreenMailUser everybody = getUserManager().createUser("inbox@localhost", "inbox", "");
            MailFolder inbox = getManagers().getImapHostManager().getInbox(everybody);
            getUserManager().setMessageDeliveryHandler((mail, recipient) -> {
                arrived.incrementAndGet();
                makeRoom(inbox);
                return everybody;
            });
        } catch (UserException | FolderException noInbox) {
            throw new IllegalStateException("the embedded mail server has no inbox", noInbox);
        }
        super.start();
    }

    /**
     * Makes room before each mail. Conversations may deliver at the same time, so the inbox may exceed the limit by a
     * few mails for a moment.
     */
    private synchronized void makeRoom(MailFolder inbox) {
        List<StoredMessage> mails = inbox.getMessages();
        if (mails.size() < keepMails) {
            return;
        }
        mails.subList(0, mails.size() - keepMails + 1).forEach(oldest -> oldest.setFlag(Flags.Flag.DELETED, true));
        try {
            inbox.expunge();
        } catch (FolderException refused) {
            throw new IllegalStateException("the embedded inbox can't be cleared", refused);
        }
    }

    /** The number of mails since the start. Only the newest are kept. */
    long arrived() {
        return arrived.get();
    }

    @Override
    protected Map<String, AbstractServer> createServices(ServerSetup[] setups, Managers managers) {
        return Map.of(ServerSetup.PROTOCOL_SMTP, new SmtpServer(setups[0], managers) {
            @Override
            protected ProtocolHandler createProtocolHandler(Socket client) {
                ProtocolHandler conversation = super.createProtocolHandler(client);
                conversations.add(conversation);
                return conversation;
            }
        });
    }

    /** Ends all conversations abruptly. */
    void hangUp() {
        List.of(conversations.toArray(ProtocolHandler[]::new)).forEach(ProtocolHandler::close);
    }
}
