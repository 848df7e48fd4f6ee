package com.example.upgrade;

import io.github.ppool.durable.PayloadUpgrade;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

// tag::upgrade[]
/** Version 1 of a mail had one recipient, version 2 has a list of them. */
@Component
class MailUpgrade implements PayloadUpgrade {

    @Override
    public String name() {
        return "send-mail";
    }

    @Override
    public int from() {
        return 1;
    }

    @Override
    public JsonNode upgrade(JsonNode payload) {
        ObjectNode mail = (ObjectNode) payload;
        JsonNode only = mail.remove("to");
        mail.putArray("to").add(only);
        return mail;
    }
}
// end::upgrade[]
