package com.example.shop;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.SupervisorSpec;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Service;

/** An application of a user of ppool-test. */
@SpringBootApplication(proxyBeanMethods = false)
class ShopApplication {

    @Bean
    WorkerFactory<SmtpWorker> smtpWorkers() {
        return SmtpWorker::new;
    }

    @Bean
    SupervisorSpec warehouse() {
        return SupervisorSpec.oneForOne("warehouse")
                .children(ChildSpec.of("robot", ChildStart.body("robot", self -> self.receive())));
    }

    @Service
    record Mail(PoolClient<SmtpWorker> smtp) {
        Task<String> later(String text) {
            return smtp.asyncQueueResult(worker -> worker.send(text));
        }
    }
}
