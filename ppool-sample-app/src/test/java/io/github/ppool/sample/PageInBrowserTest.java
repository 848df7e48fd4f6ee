package io.github.ppool.sample;

import static io.github.ppool.sample.Reminders.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.UseMainMethod;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The page of the sample in a Chromium without a window. Where there is none, the tests are skipped and say so. */
@Timeout(120)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, useMainMethod = UseMainMethod.ALWAYS)
class PageInBrowserTest {

    private final String home;
    private final Reminders reminders;
    private ChromeDriver browser;

    PageInBrowserTest(@LocalServerPort int port) {
        home = "http://127.0.0.1:" + port + "/";
        reminders = Reminders.at(port);
    }

    private static Optional<Path> program(String... names) {
        return Stream.of(names)
                .flatMap(name -> Stream.concat(
                        Stream.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(":")),
                        Stream.of("/usr/bin", "/usr/lib/chromium")).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    @BeforeEach
    void open() {
        Optional<Path> chromium = program("chromium", "chromium-browser", "google-chrome");
        Optional<Path> chromedriver = program("chromedriver");
        if (chromium.isEmpty() || chromedriver.isEmpty()) {
            String missing = "SKIPPED: no Chromium and chromedriver;"
                    + " Debian's packages are chromium and chromium-driver";
            System.out.println(missing);
            Assumptions.abort(missing);
        }
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.orElseThrow().toString());
        options.addArguments("--headless=new", "--window-size=1280,900", "--lang=en", "--disable-gpu",
                "--hide-scrollbars",
                "--disable-dev-shm-usage", "--no-proxy-server", "--disable-background-networking");
        if ("root".equals(System.getProperty("user.name"))) {
            options.addArguments("--no-sandbox"); // Chromium's sandbox does not work for this user
        }
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        // With a driver by its path, Selenium looks for none, and downloads none.
        browser = new ChromeDriver(new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver.orElseThrow().toFile())
                .usingAnyFreePort()
                .withLogOutput(OutputStream.nullOutputStream())
                .build(), options);
        reminders.deleteAll();
        patiently().until(() -> reminders.activeChildren("nagger") == 0);
    }

    @AfterEach
    void close() {
        if (browser != null) {
            browser.quit();
        }
    }

    private Object script(String script) {
        return browser.executeScript(script);
    }

    private String focused() {
        return String.valueOf(script(
                "return document.activeElement.getAttribute('aria-label') || document.activeElement.tagName"));
    }

    private long looks() {
        return ((Number) script("return performance.getEntriesByType('resource')"
                + ".filter(entry => entry.name.endsWith('/naggers')).length")).longValue();
    }

    private List<String> states() {
        return browser.findElements(By.cssSelector("#naggers .state")).stream().map(state -> state.getText()).toList();
    }

    private void expectNoErrors() {
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
                .filteredOn(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                .isEmpty();
    }

    @Test
    void all_living_naggers_are_shown_the_running_ones_first_and_the_focus_stays_on_their_buttons() {
        long first = reminders.occupy("run");
        long second = reminders.occupy("run");
        List<Long> queued = IntStream.range(0, 22).mapToObj(i -> reminders.occupy("async")).toList();
        browser.get(home);
        patiently().untilAsserted(() -> assertThat(states()).startsWith("running", "running", "queued")
                .filteredOn("queued"::equals).hasSize(22));

        script("document.querySelector('#naggers button').focus()");
        String stop = "Stop nagger " + first + ": occupy a place";
        assertThat(focused()).isEqualTo(stop);
        long before = looks();
        patiently().until(() -> looks() > before + 1);
        assertThat(focused()).isEqualTo(stop);

        browser.switchTo().activeElement().sendKeys(Keys.ENTER);
        patiently().until(() -> reminders.state(first), "stopped"::equals);
        patiently().untilAsserted(() -> {
            assertThat(reminders.state(queued.getFirst())).isEqualTo("running");
            assertThat(states()).startsWith("running", "running", "queued").contains("stopped");
            assertThat(focused()).isEqualTo("Stop nagger " + second + ": occupy a place");
        });
        expectNoErrors();
    }

    @Test
    void a_nagger_is_started_and_its_mails_are_shown() {
        browser.get(home);
        browser.findElement(By.name("task")).sendKeys(Keys.chord(Keys.CONTROL, "a"), "<b>eat</b>");
        browser.findElement(By.name("every")).sendKeys(Keys.chord(Keys.CONTROL, "a"), "100ms");
        browser.findElement(By.name("times")).sendKeys(Keys.chord(Keys.CONTROL, "a"), "3", Keys.ENTER);

        patiently().untilAsserted(() -> {
            assertThat(browser.findElement(By.id("answer")).getText()).startsWith("201: nagger ");
            assertThat(browser.findElement(By.id("naggers")).getText()).contains("<b>eat</b>", "3 of 3");
            assertThat(browser.findElement(By.id("inbox")).getText()).contains("<b>eat</b> (3 of 3)");
        });
        assertThat(browser.findElements(By.cssSelector("#naggers b, #inbox b b"))).isEmpty();
        expectNoErrors();
    }

    @Test
    void a_task_is_put_into_other_words_where_python_is_there() {
        boolean python = reminders.get("/phrases").get("python").asBoolean();
        assertThat(python).isEqualTo(RemindersApplication.isThere("python3", System.getenv("PATH")));
        browser.get(home);
        if (!python) {
            patiently().until(() -> looks() > 1);
            assertThat(browser.findElement(By.id("words")).isDisplayed()).isFalse();
            return;
        }
        patiently().until(() -> browser.findElement(By.id("phrase")).isDisplayed());
        browser.findElement(By.name("task")).sendKeys(Keys.chord(Keys.CONTROL, "a"), "eat");
        browser.findElement(By.id("phrase")).click();

        patiently().untilAsserted(() -> {
            assertThat(browser.findElement(By.id("answer")).getText()).endsWith("has answered");
            assertThat(browser.findElement(By.name("task")).getDomProperty("value")).startsWith("eat, ");
        });
        expectNoErrors();
    }

    @Test
    void the_page_leads_to_the_observer_which_only_looks() {
        browser.get(home);
        patiently().until(() -> browser.findElement(By.id("observer")).isDisplayed());
        browser.findElement(By.id("observer")).click();

        patiently().untilAsserted(() -> assertThat(browser.findElement(By.tagName("body")).getText())
                .contains("read-only", "nagger", "smtp"));
        assertThat(URI.create(browser.getCurrentUrl()).getPath()).isEqualTo("/actuator/observer/page");
        assertThat(browser.findElements(By.cssSelector(".actions, .act"))).isEmpty();
        expectNoErrors();
    }

    /** The picture is in {@code target/pictures}; {@link PagePictureTest} says how it comes into the documentation. */
    @Test
    void the_picture_of_the_tour() throws Exception {
        for (String task : List.of("finish the chapter", "water the plants", "call the dentist", "pay the invoice")) {
            reminders.start(Map.of("task", task, "every", "500ms", "times", 60, "to", "me@example.org", "mode",
                    "async"));
        }
        browser.get(home);
        patiently().until(() -> browser.findElements(By.cssSelector("#inbox li")).size() > 12);
        patiently().until(() -> states(), states -> states.contains("queued"));
        if (PagePictureTest.WRITE) {
            patiently().untilAsserted(() -> assertThat(browser.findElement(By.id("phrase")).isDisplayed())
                    .as("the button that is there where python3 is").isTrue());
        }
        Map<String, Object> picture = browser.executeCdpCommand("Page.captureScreenshot", Map.of("format", "png"));
        PagePictureTest.write(Base64.getDecoder().decode((String) picture.get("data")));
    }
}
