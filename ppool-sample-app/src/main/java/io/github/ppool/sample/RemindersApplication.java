package io.github.ppool.sample;

import java.io.File;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Reminders by e-mail. The pools are in {@code application.yml} and {@code application-python.yml}. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class RemindersApplication {

    /**
     * Starts the application, with the profile {@code python} where Python is there.
     *
     * @param args settings such as {@code --spring.mail.host=smtp.example.org}
     */
    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(RemindersApplication.class);
        if (isThere("python3", System.getenv("PATH"))) {
            application.setAdditionalProfiles("python");
        }
        application.run(args);
    }

    /** Whether a folder of the path has the program. */
    static boolean isThere(String program, @Nullable String path) {
        return Stream.of(Objects.requireNonNullElse(path, "").split(Pattern.quote(File.pathSeparator)))
                .map(folder -> new File(folder, program))
                .anyMatch(file -> file.isFile() && file.canExecute());
    }
}
