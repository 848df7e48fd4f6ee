package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.json.JsonWriter;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;

/** Hostile requests to start a pool: generated from a seed, and some that are known to be bad. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "management.endpoints.web.exposure.include=ppool",
        "management.endpoint.ppool.access=unrestricted",
        "ppool.defaults.queue-capacity=77",
        "ppool.pools.configured.worker=builders",
        "ppool.pools.configured.size=1",
        "ppool.pools.configured.restart.plan=restart, 5s"
})
class HostileStartsTest {

    private static final long SEED = 20260722;
    private static final int REQUESTS = 400;
    /** The generated requests end here, also on a slow machine. */
    private static final Duration ENOUGH = Duration.ofSeconds(15);
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);
    private static final int LARGEST_ANSWER = 10_000;

    private static final HttpClient client = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private Pools pools;

    @AfterEach
    void stopAll() {
        pools.names().forEach(name -> pools.stopPool(name, Duration.ZERO));
    }

    @Test
    void any_request_is_answered_soon_shortly_and_by_a_start_or_a_refusal() throws Exception {
        Set<Integer> answers = new HashSet<>();
        long end = System.nanoTime() + ENOUGH.toNanos();
        int sent = 0;
        for (; sent < REQUESTS && (sent <= 50 || System.nanoTime() - end < 0); sent++) {
            long seed = SEED + sent;
            Requests requests = new Requests(new Random(seed));
            answers.add(send("seed " + seed, requests.pool(), requests.body()));
        }
        // Otherwise the generator is no good: some of its requests must be right, and some must not.
        assertThat(answers).contains(200, 400);
        assertThat(sent).isGreaterThan(50);
        works();
    }

    @Test
    void what_is_known_to_be_bad_is_refused() throws Exception {
        for (String settings : List.of(
                // Names that Spring takes apart
                "worker: '&'", "worker: '" + "&".repeat(16_000) + "'", "worker: '" + "&".repeat(16_000) + "builders'",
                "worker: ''",
                "worker: builders\nrestart: {survive-on: ['java.lang.Exception" + "[]".repeat(8_000) + "']}",
                "worker: builders\nrestart: {crash-on: ['java.lang.Exception" + "[]".repeat(300) + "']}",
                "worker: builders\nrestart: {crash-on: ['" + "[".repeat(300) + "I']}",
                "worker: builders\nrestart: {crash-on: ['']}", "worker: builders\nrestart: {crash-on: [\"a\\0b\"]}",
                "worker: builders\nrestart: {crash-on: ['../../x', 'C:\\x', 'http://x/y', 'int', 'void']}",
                // One value in a thousand places
                "v: &v '" + "v".repeat(8_000) + "'\n" + numbered(700, "x", "*v"),
                "v: &v '" + "v".repeat(8_000) + "'\nrestart:\n  'on': {" + numbered(500, "r", "*v,").replace("\n", " ")
                        + "}",
                "worker: builders\nrestart: {plan: [" + "retry,".repeat(900) + "]}",
                "worker: builders\nrestart: {plan: '" + "retry,".repeat(2_500) + "'}",
                "worker: builders\nrestart: {plan: P" + "1".repeat(15_000) + "}",
                "worker: builders\nrestart: {plan: 'backoff 1s..P" + "1.".repeat(7_000) + "'}",
                "worker: builders\nrestart: {plan: '{stop: " + "{shutdown: ".repeat(1_000) + "'}",
                // Names that mean very much
                "worker: builders\n" + "a.".repeat(7_000) + "b: 1", "worker: builders\n" + "a".repeat(15_000) + ": 1",
                "worker: builders\ndepends-on[2147483647]: x", "worker: builders\nrestart.plan[99999999999999]: 5s",
                "worker: builders\nsize: " + "9".repeat(16_000), "worker: builders\nsize: 1" + ":1".repeat(5_000),
                "worker: builders\nlifetime-jitter: .nan", "worker: builders\nshutdown: P" + "1".repeat(10_000) + "D",
                "worker: builders\nshutdown: 9223372036854775808ms", "worker: builders\nsize: 1e3000000000")) {
            int status = send(settings.substring(0, Math.min(80, settings.length())), "fresh",
                    JsonWriter.standard().writeToString(new TreeMap<>(
                            Map.of("action", "start", "settings", settings))));
            assertThat(status).as(settings.substring(0, Math.min(80, settings.length()))).isEqualTo(400);
        }
        works();
    }

    @Test
    void half_a_character_and_megabytes_are_refused_too() throws Exception {
        for (String value : List.of("\\ud800", "\\udc00\\ud800", "\\u0000", "\\u001b[31m", "x".repeat(3_000_000))) {
            for (String name : List.of("worker", "settings", "size", "action")) {
                String action = name.equals("action") ? "" : "\"action\": \"start\", ";
                assertThat(send(name, "fresh", "{" + action + "\"" + name + "\": \"" + value + "\"}"))
                        .as(name + value.substring(0, 6)).isBetween(400, 499);
            }
            for (String name : List.of("child", "plan", "drain")) {
                String action = name.equals("drain") ? "stop" : name.equals("plan") ? "change_plan" : "restart_child";
                assertThat(send(name, "configured", "{\"action\": \"" + action + "\", \"child\": \"configured/1\", \""
                        + name + "\": \"" + value + "\"}")).as(name + value.substring(0, 6)).isBetween(400, 499);
            }
        }
        works();
    }

    private static String numbered(int lines, String name, String value) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            text.append(name).append(i).append(": ").append(value).append('\n');
        }
        return text.toString();
    }

    /** Sends a request and checks all that holds for any: a pool is there if and only if the answer says so. */
    private int send(String what, String pool, String body) throws Exception {
        Set<String> before = pools.names();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/ppool/" + pool))
                .header("Content-Type", "application/json")
                .timeout(LONGEST_ANSWER)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.getBytes(StandardCharsets.UTF_8)))
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        String as = what + ": " + body.substring(0, Math.min(500, body.length())) + " -> " + response.statusCode() + " "
                + response.body().substring(0, Math.min(500, response.body().length()));
        assertThat(response.statusCode()).as(as)
                .matches(status -> status / 100 == 2 || status / 100 == 4, "2xx or 4xx");
        assertThat(response.body().length()).as(as).isLessThan(LARGEST_ANSWER);
        Set<String> started = new HashSet<>(pools.names());
        started.removeAll(before);
        if (response.statusCode() == 200) {
            assertThat(started).as(as).containsExactly(pool);
            assertThat(pools.stopPool(pool, Duration.ZERO)).as(as).isTrue();
        }
        assertThat(pools.names()).as(as).isEqualTo(before);
        return response.statusCode();
    }

    /** After all that, a pool is started as ever. */
    private void works() throws Exception {
        assertThat(send("a good one", "fresh", "{\"action\": \"start\", \"worker\": \"builders\", \"size\": 1}"))
                .isEqualTo(200);
    }

    /** Generates a text that looks like a request. */
    private static final class Requests {

        private static final List<String> SETTINGS = List.of(
                "worker", "size", "max-overflow", "maxOverflow", "strategy", "queue-capacity", "checkout-timeout",
                "overflow-ttl", "max-lifetime", "lifetime-jitter", "max-uses", "max-idle", "validate-on-checkout",
                "keep-alive", "creation-timeout", "validation-timeout", "task-timeout", "shutdown",
                "platform-threads", "key-blocks", "sticky", "rate", "burst", "key-rate", "overrun-after",
                "leak-detection", "depends-on", "restart", "creation",
                "task-restart", "plan",
                "count", "type", "intensity", "period", "reset-after", "survive-on", "crash-on", "parallelism", "'on'",
                "on", "default", "<<", "restart.plan", "restart[plan]", "plan[0]", "plan[1][2]", "''", "'.'", "'..'",
                "'['", "']'", "'[x'", "'a b'", "null", "~", "? {}", "? []", "document", "'${user.home}'", "0");
        private static final List<String> VALUES = List.of(
                "builders", "prototypes", "broken", "environment", "configured", "nobody", "'&builders'", "'&'", "1",
                "0",
                "-1", "2", "1.5", "-2147483649", "1e400", ".nan", ".inf", "0x7f", "1:30", "true", "no", "null",
                "~", "''", "' '", "lifo", "AFFINE", "5s", "'PT5S'", "P1Y", "-5s", "9223372036854775807d", "1h30m",
                "infinity", "permanent", "[]", "{}", "[restart, 5s]", "[restart, wait, 5s]", "'backoff 1s..1m x2'",
                "'backoff 1m..1s'", "[{stop: x}]", "[{stop: {a: b}}]", "'{stop: {shutdown: \"x}'", "'restart * 0'",
                "java.io.IOException", "[java.lang.String]", "java.lang.Exception[]", "!!binary eA==", "!!set {a, b}",
                "!!java.io.File [x]", "2001-01-01", "|\n  text\n", "'\u0085\u2028'", "\ud83d\ude00", "*a", "&a x",
                "&b [*b]", "'${user.home}'", "'#{1+1}'", "'*'", "@x", "`x`", "'a,b,,c'", "---");
        private static final List<String> POOLS = List.of(
                "fresh", "fresh", "fresh", "configured", "my-pool", "my_Pool", "9lives", "a.b", "a%20b", "a%5B0%5D",
                "%24%7Buser.home%7D", "configured.size", "defaults", "builders", "tree", "-", "%F0%9F%98%80");

        private final Random random;

        Requests(Random random) {
            this.random = random;
        }

        String pool() {
            return one(POOLS);
        }

        String body() {
            return switch (random.nextInt(10)) {
                case 0 -> mutated(start());
                case 1 -> one(List.of("", "{", "[]", "null", "1", "{}", "{\"action\": null}", "{\"action\": [1]}",
                        "[".repeat(20_000), "{\"a\":".repeat(5_000),
                        "{\"action\": \"start\", \"settings\": {\"size\": 1}}",
                        "{\"action\": \"start\", \"settings\": [1, [2]]}", "{\"action\": \"start\", \"size\": 1e999}",
                        "{\"action\": \"start\", \"action\": \"stop\"}",
                        "{\"action\": \"start\", \"pool\": \"other\"}"));
                default -> start();
            };
        }

        private String start() {
            TreeMap<String, String> values = new TreeMap<>();
            values.put("action", random.nextInt(20) == 0 ? one(VALUES) : "start");
            if (random.nextBoolean()) {
                values.put("worker", random.nextInt(4) == 0 ? one(VALUES) : "builders");
            }
            if (random.nextInt(4) == 0) {
                values.put(one(List.of("size", "maxOverflow")), one(VALUES));
            }
            if (random.nextInt(8) > 0) {
                values.put("settings", random.nextInt(4) == 0 ? mutated(settings()) : settings());
            }
            return JsonWriter.standard().writeToString(values);
        }

        private String settings() {
            StringBuilder yaml = new StringBuilder();
            int settings = random.nextInt(5);
            for (int i = 0; i < settings; i++) {
                yaml.append(one(SETTINGS)).append(": ").append(value(random.nextInt(4))).append('\n');
            }
            return yaml.toString();
        }

        private String value(int levels) {
            if (levels == 0 || random.nextBoolean()) {
                return one(VALUES);
            }
            StringBuilder many = new StringBuilder();
            boolean map = random.nextBoolean();
            int parts = random.nextInt(4);
            for (int i = 0; i < parts; i++) {
                many.append(map ? one(SETTINGS) + ": " : "").append(value(levels - 1)).append(", ");
            }
            return map ? "{" + many + "}" : "[" + many + "]";
        }

        /** Some characters are lost, doubled or others. */
        private String mutated(String text) {
            StringBuilder changed = new StringBuilder(text);
            for (int i = random.nextInt(5); i >= 0 && !changed.isEmpty(); i--) {
                int at = random.nextInt(changed.length());
                switch (random.nextInt(4)) {
                    case 0 -> changed.deleteCharAt(at);
                    case 1 -> changed.insert(at, changed.substring(at, Math.min(changed.length(), at + 20)));
                    case 2 -> changed.setCharAt(at, one(List.of("{", "[", ":", "\n", "&", "*", "'", "\t")).charAt(0));
                    default -> changed.setLength(at);
                }
            }
            return changed.toString();
        }

        private <T> T one(List<T> all) {
            return all.get(random.nextInt(all.size()));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        WorkerFactory<StringBuilder> builders() {
            return StringBuilder::new;
        }

        @Bean
        @Scope("prototype")
        StringBuilder prototypes() {
            return new StringBuilder();
        }

        @Bean
        @Scope("prototype")
        WorkerFactory<StringBuilder> broken() {
            throw new IllegalStateException("password of a factory that can't be made");
        }
    }
}
