package io.github.ppool.observer;

import io.github.ppool.pool.WorkerFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application with a real web server on the loopback interface, and a client for it. */
final class TestServer implements AutoCloseable {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final ConfigurableApplicationContext context;

    private TestServer(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Both servers, a database and Spring Security are on the class path; most applications want one of them. */
    private static final String SERVLET_SECURITY = """
            security.autoconfigure.UserDetailsServiceAutoConfiguration,
            security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration,
            security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration,
            security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration,""";
    private static final String REACTIVE_SECURITY = """
            security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration,
            security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration,
            security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration,""";
    private static final String TOMCAT = """
            tomcat.autoconfigure.actuate.web.server.TomcatReactiveManagementContextAutoConfiguration,
            tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration,""";
    private static final String DATABASE = "jdbc.autoconfigure.DataSourceAutoConfiguration,";

    /** The parts of an application besides the pools. */
    enum Extra {
        SECURITY, DATABASE
    }

    static TestServer start(WebApplicationType type, Class<?> application, String... settings) {
        return start(type, application, EnumSet.noneOf(Extra.class), settings);
    }

    static TestServer start(WebApplicationType type, Class<?> application, Set<Extra> extras, String... settings) {
        boolean reactive = type == WebApplicationType.REACTIVE;
        String excluded = (reactive ? TOMCAT : "")
                + (extras.contains(Extra.SECURITY) ? "" : reactive ? REACTIVE_SECURITY : SERVLET_SECURITY)
                + (extras.contains(Extra.DATABASE) ? "" : DATABASE);
        List<String> all = new ArrayList<>(List.of("server.port=0", "server.address=127.0.0.1",
                "spring.main.banner-mode=off",
                "management.endpoints.web.exposure.include=ppool,observer",
                "spring.autoconfigure.exclude=" + Arrays.stream(excluded.split(","))
                        .filter(name -> !name.isBlank())
                        .map(name -> "org.springframework.boot." + name.strip())
                        .collect(Collectors.joining(",")),
                "ppool.pools.smtp.worker=builders", "ppool.pools.smtp.size=1"));
        all.addAll(List.of(settings));
        // A later setting takes the place of an earlier one.
        Map<String, String> arguments = new LinkedHashMap<>();
        all.forEach(setting -> arguments.put(setting.substring(0, setting.indexOf('=')), "--" + setting));
        return new TestServer(new SpringApplicationBuilder(application)
                .web(type)
                .run(arguments.values().toArray(String[]::new)));
    }

    ConfigurableApplicationContext context() {
        return context;
    }

    private int port(String name) {
        return context.getEnvironment().getRequiredProperty(name, Integer.class);
    }

    URI application(String path) {
        return URI.create("http://127.0.0.1:" + port("local.server.port") + path);
    }

    URI management(String path) {
        return URI.create("http://127.0.0.1:" + port("local.management.port") + path);
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return get(application(path), headers);
    }

    static HttpResponse<String> get(URI address, String... headers) throws Exception {
        return CLIENT.send(request(address, headers).build(), HttpResponse.BodyHandlers.ofString());
    }

    static HttpResponse<byte[]> bytes(URI address, String... headers) throws Exception {
        return CLIENT.send(request(address, headers).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        return CLIENT.send(request(application(path), headers)
                .POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(URI address, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address);
        return headers.length == 0 ? request : request.headers(headers);
    }

    @Override
    public void close() {
        context.close();
    }

    /** An application with one pool. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        WorkerFactory<StringBuilder> builders() {
            return StringBuilder::new;
        }
    }
}
