package com.example.durable;

import io.github.ppool.durable.DurableQueue;
import java.time.Duration;
import java.util.List;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
class Orders {
    private final DurableQueue<Mail> sendMail;

    Orders(DurableQueue<Mail> sendMail) { // by the payload's type, or by the name of the parameter
        this.sendMail = sendMail;
    }

    @Transactional
    public void place(Order order, List<Mail> copies) {
        sendMail.enqueue(new Mail(order.mail(), "thanks")); // exists if and only if this commits
        sendMail.with().key("remind-" + order.id()).delay(Duration.ofDays(3)).priority(-1)
                .enqueue(new Mail(order.mail(), "how do you like it?"));
        sendMail.enqueueAll(copies); // one statement
    }

    @Transactional
    public void placeInVain(Order order) {
        place(order, List.of(new Mail("copy", order.id())));
        throw new IllegalStateException("no such article");
    }
}
