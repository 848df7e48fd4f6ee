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
 * GreenMail's mail server for SMTP, on a free port of the loopback. All mails go to one inbox, which keeps the newest;
 * and it can hang up on its clients, as real servers do at times.
 */
class EmbeddedSmtp extends GreenMail {

    private final int keepMails;
    private final AtomicLong arrived = new AtomicLong();

    /** Weak, because nothing here learns of the end of a conversation. */
    private final Set<ProtocolHandler> conversations = Collections
            .synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    EmbeddedSmtp(int keepMails) {
        super(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
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
     * Before each mail: conversations may deliver at the same time, so a few more than that many can be there for a
     * moment.
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

    /** How many mails have arrived since the start; no more than the newest are kept. */
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

    /** Ends all conversations in the middle of the sentence. */
    void hangUp() {
        List.of(conversations.toArray(ProtocolHandler[]::new)).forEach(ProtocolHandler::close);
    }
}
