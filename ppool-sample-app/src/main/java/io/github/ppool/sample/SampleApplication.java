package io.github.ppool.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the sample: {@code mvn -q -pl ppool-sample-app -am compile spring-boot:run}, then look at port 8080. */
@SpringBootApplication
public class SampleApplication {

    public static void main(String[] args) { SpringApplication.run(SampleApplication.class, args); }
}
