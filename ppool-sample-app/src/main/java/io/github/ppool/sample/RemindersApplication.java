package io.github.ppool.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Reminders by e-mail. The pools are in {@code application.yml}. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class RemindersApplication {

    /**
     * Starts the application.
     *
     * @param args settings such as {@code --spring.mail.host=smtp.example.org}
     */
    public static void main(String[] args) {
        SpringApplication.run(RemindersApplication.class, args);
    }
}
