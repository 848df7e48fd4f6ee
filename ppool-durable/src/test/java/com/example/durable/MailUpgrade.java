package com.example.durable;

import io.github.ppool.durable.PayloadUpgrade;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** In version 1 the text was named body. */
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
        mail.set("text", mail.remove("body"));
        return mail;
    }
}
