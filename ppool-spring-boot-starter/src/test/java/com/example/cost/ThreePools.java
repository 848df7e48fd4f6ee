package com.example.cost;

import com.sun.management.OperatingSystemMXBean;
import io.github.ppool.pool.WorkerFactory;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application with three pools, that tells the cost of its start and ends. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class ThreePools {

    public static void main(String[] args) {
        long started = System.nanoTime();
        ConfigurableApplicationContext context = SpringApplication.run(ThreePools.class, args);
        long millis = (System.nanoTime() - started) / 1_000_000;
        long cpuMillis = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime()
                / 1_000_000;
        int classes = ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
        List<String> threads = Thread.getAllStackTraces().keySet().stream().map(Thread::getName).sorted().toList();
        long ppool = Arrays.stream(context.getBeanDefinitionNames()).filter(name -> name.contains("ppool")).count();
        System.out.println("COST millis=" + millis + " cpuMillis=" + cpuMillis + " classes=" + classes + " threads="
                + threads.size() + " " + threads
                + " ppoolBeans=" + ppool);
        context.close();
    }

    @Bean
    WorkerFactory<StringBuilder> builders() {
        return StringBuilder::new;
    }
}
