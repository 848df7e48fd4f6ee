package com.example.durable;

import io.github.ppool.durable.DurableQueue;
import io.github.ppool.durable.DurableQueues;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

// tag::others[]
@Configuration
class QueuesOfOthers {

    @Bean
    DurableQueue<Mail> sendMail(DurableQueues queues) {
        return queues.queue("smtp", "send-mail", 2, Mail.class); // pool, name, version and payload of the method
    }
}
// end::others[]
