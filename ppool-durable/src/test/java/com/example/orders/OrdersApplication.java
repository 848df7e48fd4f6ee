package com.example.orders;

import io.github.ppool.pool.WorkerFactory;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** An application with durable tasks. */
@SpringBootApplication(proxyBeanMethods = false)
class OrdersApplication {

    @Bean
    WorkerFactory<SmtpWorker> smtpWorker() {
        return SmtpWorker::new;
    }

    @Bean
    WorkerFactory<StringBuilder> booksWorker() {
        return StringBuilder::new;
    }
}
