package io.github.ppool.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A block of a page with commands behind {@code $}, and their answers. It is played without a shell: the commands are
 * those of {@code curl} and {@code kill} that the pages use, and another one is a fault of the page or of this class.
 */
final class Tour {

    private static final Pattern DEFINITION = Pattern.compile("\\w+\\(\\) \\{.*");
    private static final Pattern POST = Pattern.compile("(nag|post) '(.*)'");
    private static final Pattern CURL = Pattern.compile("curl -s( -X DELETE)?( -H 'Content-Type: application/json'"
            + " -d '([^']*)')? localhost:(\\d+)(/\\S*)");
    private static final Pattern KILL = Pattern.compile("kill -9 \\$\\((curl .*) \\| sed '(s/.*/)'\\)");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final String text;

    Tour(String text) {
        this.text = text;
    }

    /** The lines of the next block of that language. */
    static String block(String text, String language) {
        String begin = "\n```" + language + "\n";
        assertThat(text).contains(begin);
        return text.split(begin, 2)[1].split("\n```\n", 2)[0];
    }

    /** The text behind the block. */
    String rest() {
        return text.split("\n```console\n", 2)[1].split("\n```\n", 2)[1];
    }

    /** Runs the commands of the block. The ports are those of the applications, by the ports of the page. */
    void play(Map<Integer, Integer> ports) {
        int played = 0;
        for (String part : block(text, "console").split("(?m)^\\$ ")) {
            String[] lines = part.strip().split("\n", 2);
            if (!lines[0].isEmpty() && !DEFINITION.matcher(lines[0]).matches()) {
                play(lines[0], lines.length == 1 ? "" : lines[1], ports);
                played++;
            }
        }
        assertThat(played).isPositive();
    }

    private void play(String command, String expected, Map<Integer, Integer> ports) {
        Matcher post = POST.matcher(command);
        Matcher curl = CURL.matcher(command);
        Matcher kill = KILL.matcher(command);
        if (post.matches()) {
            String status = post.group(1).equals("nag") ? "\n-> " : "";
            HttpRequest request = request(ports.get(8080), "/naggers", "POST", post.group(2));
            compare(command, request, expected, status);
        } else if (curl.matches()) {
            HttpRequest request = request(ports.get(Integer.parseInt(curl.group(4))), curl.group(5),
                    curl.group(1) != null ? "DELETE" : curl.group(2) != null ? "POST" : "GET", curl.group(3));
            compare(command, request, expected, "");
        } else if (kill.matches()) {
            kill(kill.group(1), kill.group(2), ports);
        } else {
            throw new AssertionError("a command that no tour knows: " + command);
        }
    }

    private static HttpRequest request(int port, String path, String method, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
    }

    /** Kills a process: the inner command of {@code kill -9 $(curl … | sed '…')} prints its number. */
    private void kill(String curl, String sed, Map<Integer, Integer> ports) {
        Matcher asked = CURL.matcher(curl);
        assertThat(asked.matches()).as(curl).isTrue();
        String answer = send(request(ports.get(Integer.parseInt(asked.group(4))), asked.group(5),
                asked.group(2) != null ? "POST" : "GET", asked.group(3))).body();
        // s/.*"pid":\([0-9]*\).*/\1/
        String expression = sed.split("/")[1].replace("\\(", "(").replace("\\)", ")");
        Matcher number = Pattern.compile(expression).matcher(answer);
        assertThat(number.matches()).as("%s in %s", expression, answer).isTrue();
        assertThat(ProcessHandle.of(Long.parseLong(number.group(1))).orElseThrow().destroyForcibly()).isTrue();
    }

    /** A change takes its time, so a request that reads is repeated; a request that changes is sent once. */
    private void compare(String command, HttpRequest request, String expected, String status) {
        Pattern wanted = pattern(expected);
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        String answer = answer(request, status);
        while (!wanted.matcher(masked(answer)).matches() && request.method().equals("GET")
                && System.nanoTime() < giveUp) {
            sleep();
            answer = answer(request, status);
        }
        assertThat(masked(answer)).as("%s: %s", command, answer).matches(wanted);
    }

    private String answer(HttpRequest request, String status) {
        HttpResponse<String> response = send(request);
        return response.body() + (status.isEmpty() ? "" : status + response.statusCode());
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new AssertionError("no answer to " + request.uri(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(50); // until it is asked again
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /** An ellipsis of the page stands for any more text. */
    private static Pattern pattern(String expected) {
        return Pattern.compile(Arrays.stream(masked(expected).split("(?<=,…)|(?=,…)"))
                .map(part -> part.equals(",…") ? "(,.*)?" : Pattern.quote(part))
                .collect(Collectors.joining()), Pattern.DOTALL);
    }

    /**
     * Names, times and numbers differ from run to run. So does the number of lines that the journal has of one
     * instance.
     */
    static String masked(String text) {
        return text.strip()
                .replaceAll("\\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b", "U")
                .replaceAll("#[0-9a-f]{8}\\b", "#U")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "T")
                .replaceAll("(?<!-> |\\d)\\d+(\\.\\d+)?", "N") // but for a status, behind the arrow
                .replaceAll("(\\{\"at\":\"T\",\"node\":\"\\w+\",\"token\":N})(,\\1)+", "$1");
    }
}
