package io.github.ppool.sample.mail;

import com.icegreen.greenmail.Managers;
import com.icegreen.greenmail.server.AbstractServer;
import com.icegreen.greenmail.server.ProtocolHandler;
import com.icegreen.greenmail.smtp.SmtpServer;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.net.Socket;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/** GreenMail's mail server for SMTP, on a free port of the loopback; and it can hang up on its clients, as real ones do at times. */
class EmbeddedSmtp extends GreenMail {

    /** Weak, because nothing here learns of the end of a conversation. */
    private final Set<ProtocolHandler> conversations = Collections
            .synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    EmbeddedSmtp() {
        super(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
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
