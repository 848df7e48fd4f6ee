package com.example.alive;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ProcessBody;
import io.github.ppool.spring.boot.ClusterScope;
import io.github.ppool.spring.boot.ClusterTree;
import io.github.ppool.spring.boot.Scope;
import io.github.ppool.spring.boot.Supervised;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** An application without a web server. Its profile names its behaviour; its lines say how far it has come. */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({PpoolAutoConfiguration.class, LifecycleAutoConfiguration.class})
public class WorkerApplication {

    /** Starts it; once that is done, the profile may have work to be handed over. */
    public static void main(String[] arguments) {
        ConfigurableApplicationContext context = SpringApplication.run(WorkerApplication.class, arguments);
        if (context.getEnvironment().matchesProfiles("task")) {
            handOver(context);
        } else if (context.getEnvironment().matchesProfiles("late-task")) {
            Thread.ofPlatform().daemon(false).start(() -> {
                pause(700);
                handOver(context);
            });
        }
        say("main returns");
    }

    /** Two tasks for the one worker; the second fails at first, and is tried again later. */
    @SuppressWarnings("unchecked")
    private static void handOver(ConfigurableApplicationContext context) {
        PoolClient<Object> pool = (PoolClient<Object>) context.getBean("pool", PoolClient.class);
        AtomicInteger attempts = new AtomicInteger();
        var unused = pool.asyncQueue(worker -> pause(1000));
        unused = pool.asyncQueue(worker -> {
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("not at once");
            }
            pause(500);
            say("task done");
        });
    }

    @Bean
    WorkerFactory<Object> worker() {
        return new WorkerFactory<>() {
            @Override
            public Object create() {
                return new Object();
            }

            @Override
            public boolean survives(Throwable failure) {
                return true;
            }
        };
    }

    @Bean
    @Supervised
    @Profile("loop")
    Runnable loop() {
        return () -> {
            try {
                for (int i = 0;; i++) {
                    say("tick " + i);
                    Thread.sleep(100);
                }
            } catch (InterruptedException stopped) {
                say("told to stop");
            }
        };
    }

    @Bean
    @Supervised(plan = "wait")
    @Profile("loop-that-ends")
    Runnable loopThatEnds() {
        return () -> {
            pause(1500);
            say("loop done");
        };
    }

    @Bean
    @Supervised(plan = "300ms, restart, stop")
    @Profile("loop-that-gives-up")
    ProcessBody loopThatGivesUp() {
        AtomicInteger runs = new AtomicInteger();
        return self -> {
            say("run " + runs.incrementAndGet());
            throw new IllegalStateException("no luck");
        };
    }

    @Bean
    @Profile("tree")
    SupervisorSpec tree() {
        ChildSpec leaf = ChildSpec.of("leaf", ChildStart.body("leaf", self -> {
            pause(1500);
            say("leaf done");
        })).restart(RestartType.TRANSIENT);
        return SupervisorSpec.oneForOne("outer")
                .children(ChildSpec.supervisor("inner", SupervisorSpec.oneForOne("inner").children(leaf)));
    }

    @Bean
    @Supervised(scope = Scope.CLUSTER)
    @Profile("standby")
    Runnable standby() {
        return () -> say("won");
    }

    /** A cluster that lets this node have its tree after a while, by a daemon thread. */
    @Bean
    @Profile("standby")
    ClusterScope cluster() {
        return new ClusterScope() {
            @Override
            public void enter(ClusterTree tree) {
                Thread.ofPlatform().daemon().start(() -> {
                    pause(1500);
                    try {
                        tree.start(new Object(), reason -> {});
                    } catch (InterruptedException ended) {
                        Thread.currentThread().interrupt();
                    }
                });
            }

            @Override
            public void leave(ClusterTree tree, Duration atMost) throws InterruptedException {
                tree.stop(atMost);
            }
        };
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis); // the work of this application
        } catch (InterruptedException ended) {
            say("cut off");
            Thread.currentThread().interrupt();
        }
    }

    private static void say(String line) {
        System.out.println("SAYS " + line);
    }
}
