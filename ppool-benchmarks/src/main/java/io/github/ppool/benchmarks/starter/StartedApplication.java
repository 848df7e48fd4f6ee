package io.github.ppool.benchmarks.starter;

import com.sun.management.OperatingSystemMXBean;
import io.github.ppool.benchmarks.Memory;
import io.github.ppool.pool.WorkerFactory;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** An application that reports the cost of its start, and ends. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class StartedApplication {

    /** Output after the start: the line ends with processor time in milliseconds, and the number of loaded classes. */
    static final String STARTED = "STARTED";
    /** Output after that, with heap and resident memory in bytes. */
    static final String USES = "USES";

    /** For Spring. */
    public StartedApplication() {}

    /**
     * Starts it.
     *
     * @param arguments settings, each as {@code --name=value}
     */
    public static void main(String[] arguments) throws Exception {
        SpringApplication application = new SpringApplication(StartedApplication.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        ConfigurableApplicationContext context = application.run(arguments);
        long cpuMillis = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime()
                / 1_000_000;
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.println(STARTED + " " + cpuMillis + " " + ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
        Memory memory = Memory.now();
        out.println(USES + " " + memory.heapBytes() + " " + memory.residentBytes());
        context.close();
        System.exit(0);
    }

    @Bean
    WorkerFactory<StringBuilder> builders() {
        return StringBuilder::new;
    }
}
