package io.github.ppool.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.providers.EmbeddedResourceAxeProvider;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import com.sun.net.httpserver.SimpleFileServer.OutputLevel;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * The site in a Chromium without a window: no page is cut on a telephone, reports an error, or breaks a rule of
 * accessibility. Where there is no Chromium, the tests are skipped and say so. With {@code -Dppool.pictures=true}
 * pictures of some pages are in {@code target/pictures}.
 */
@Timeout(300)
class SiteInBrowserTest {

    private static final int DESK = 1280;
    private static final int TELEPHONE = 390;

    /** A page of each kind, the widest tables, the longest page, and those with most pictures. */
    private static final List<String> KINDS = List.of("index", "start/java", "concepts/pool", "concepts/worker",
            "concepts/borrow-and-hand-over", "concepts/tree", "concepts/plan", "concepts/cluster",
            "how-to/size-a-pool", "reference/endpoint", "reference/errors", "reference/meters", "properties",
            "explanation/how-it-works", "adr/index", "adr/0064-site-from-the-repositorys-markdown", "benchmarks/index",
            "benchmarks/results", "sample-tour", "observer", "cluster", "glossary");

    @TempDir
    private static Path folder;

    private static HttpServer server;
    private static ChromeDriver browser;

    @BeforeAll
    static void open() throws IOException {
        Optional<Path> chromium = program("chromium", "chromium-browser", "google-chrome");
        Optional<Path> chromedriver = program("chromedriver");
        if (chromium.isEmpty() || chromedriver.isEmpty()) {
            String missing = "SKIPPED: no Chromium and chromedriver;"
                    + " Debian's packages are chromium and chromium-driver";
            System.out.println(missing);
            Assumptions.abort(missing);
        }
        new Site(Path.of("..").toAbsolutePath().normalize()).write(folder, "1.2.3", false);
        server = SimpleFileServer.createFileServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                folder.toRealPath(), OutputLevel.NONE);
        server.start();
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.orElseThrow().toString());
        options.addArguments("--headless=new", "--window-size=1280,900", "--lang=en", "--disable-gpu",
                "--hide-scrollbars", "--disable-dev-shm-usage", "--no-proxy-server", "--disable-background-networking",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1");
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
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.quit();
        }
        if (server != null) {
            server.stop(0);
        }
    }

    private static Optional<Path> program(String... names) {
        return Stream.of(names)
                .flatMap(name -> Stream.concat(
                        Stream.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(":")),
                        Stream.of("/usr/bin", "/usr/lib/chromium")).map(there -> Path.of(there, name)))
                .filter(Files::isExecutable)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static void screen(int width, String scheme) {
        browser.executeCdpCommand("Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", width < DESK));
        browser.executeCdpCommand("Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    private static void load(String page) {
        browser.get("http://127.0.0.1:" + server.getAddress().getPort() + "/" + page);
    }

    private static Object script(String script) {
        return browser.executeScript(script);
    }

    private static void await(BooleanSupplier condition) {
        long giveUp = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the page has not come to it within 30 s").isLessThan(giveUp);
            try {
                Thread.sleep(20); // until the next look
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AssertionError(interrupted);
            }
        }
    }

    private static List<String> errors() {
        return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                .map(entry -> entry.getMessage()).toList();
    }

    /** The parts of a page that reach beyond its right side and can't be moved there by themselves. */
    private static List<String> cut() {
        Object parts = script("""
                const width = document.documentElement.clientWidth;
                const moves = part => part !== document.body
                    && (/auto|scroll|hidden/.test(getComputedStyle(part).overflowX) || moves(part.parentElement));
                return [...document.querySelectorAll('body *')]
                    .filter(part => part.getBoundingClientRect().right > width + 1 && !moves(part))
                    .slice(0, 3).map(part => part.outerHTML.slice(0, 90));""");
        return ((List<?>) Objects.requireNonNull(parts)).stream().map(String::valueOf).toList();
    }

    @Test
    void no_page_is_cut_on_a_telephone_or_has_a_picture_that_does_not_load() throws IOException {
        List<String> faults = new ArrayList<>();
        List<String> pages;
        try (Stream<Path> files = Files.walk(folder)) {
            pages = files.map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> name.endsWith(".html")).sorted().toList();
        }
        assertThat(pages).hasSizeGreaterThan(90);
        screen(TELEPHONE, "dark");
        for (String page : pages) {
            load(page);
            cut().forEach(part -> faults.add(page + " is cut at " + part));
            Object missing = script("return [...document.images].filter(image => !image.complete"
                    + " || image.naturalWidth === 0).map(image => image.src)");
            ((List<?>) Objects.requireNonNull(missing)).forEach(image -> faults.add(page + " does not show " + image));
        }
        faults.addAll(errors());
        assertThat(faults).isEmpty();
    }

    @Test
    void pages_of_each_kind_break_no_rule_of_accessibility() throws Exception {
        String axe = new EmbeddedResourceAxeProvider().getScript();
        browser.manage().timeouts().scriptTimeout(Duration.ofSeconds(60));
        List<String> faults = new ArrayList<>();
        for (String page : KINDS) {
            for (int width : new int[]{DESK, TELEPHONE}) {
                for (String scheme : new String[]{"light", "dark"}) {
                    screen(width, scheme);
                    load(page + ".html");
                    picture(page, width, scheme);
                    if (width == DESK && scheme.equals("light") || width == TELEPHONE && scheme.equals("dark")) {
                        script(axe + "; window.axe = axe;");
                        accessibility().forEach(fault -> faults.add(page + " " + width + " " + scheme + ": " + fault));
                    }
                }
            }
        }
        faults.addAll(errors());
        assertThat(faults).isEmpty();
    }

    private static List<String> accessibility() {
        Object broken = browser.executeAsyncScript("""
                const done = arguments[0];
                axe.run(document, {resultTypes: ['violations']}).then(results => done(
                    results.passes.length < 5 ? ['only ' + results.passes.length + ' rules have looked at the page']
                    : results.violations.map(rule => rule.id + ' (' + rule.impact + '): ' + rule.help
                        + rule.nodes.slice(0, 3).map(node => '\\n    ' + node.html.slice(0, 200) + '\\n      '
                            + node.failureSummary).join(''))), failure => done(['axe: ' + failure]));""");
        return ((List<?>) Objects.requireNonNull(broken)).stream().map(String::valueOf).toList();
    }

    private static void picture(String page, int width, String scheme) throws IOException {
        if (Boolean.getBoolean("ppool.pictures")) {
            Map<String, Object> picture = browser.executeCdpCommand("Page.captureScreenshot", Map.of("format", "png"));
            Path pictures = Files.createDirectories(Path.of("target", "pictures"));
            Files.write(pictures.resolve(page.replace('/', '_') + "-" + width + "-" + scheme + ".png"),
                    Base64.getDecoder().decode((String) picture.get("data")));
        }
    }

    @Test
    void the_search_finds_a_section_and_leads_to_it() {
        screen(DESK, "light");
        load("index.html");
        browser.findElement(By.tagName("body")).sendKeys("/");
        browser.switchTo().activeElement().sendKeys("max-overflow size");
        await(() -> !browser.findElements(By.cssSelector("#found a")).isEmpty());
        String address = browser.findElement(By.cssSelector("#found a")).getDomProperty("href");
        assertThat(address).contains("#");
        browser.switchTo().activeElement().sendKeys(Keys.ENTER);
        await(() -> address.equals(browser.getCurrentUrl()));

        browser.findElement(By.id("search")).sendKeys("no-page-has-this-word");
        await(() -> browser.findElement(By.id("found")).getText().contains("No page has all these words."));
        assertThat(errors()).isEmpty();
    }

    @Test
    void the_menu_of_a_telephone_opens_and_leads_to_another_page() {
        screen(TELEPHONE, "light");
        load("concepts/pool.html");
        assertThat(browser.findElement(By.id("navigation")).isDisplayed()).isFalse();
        browser.findElement(By.id("menu")).click();
        assertThat(browser.findElement(By.id("menu")).getDomAttribute("aria-expanded")).isEqualTo("true");
        browser.findElement(By.linkText("The life of a worker")).click();
        await(() -> Objects.requireNonNull(browser.getCurrentUrl()).endsWith("/concepts/worker.html"));
        assertThat(errors()).isEmpty();
    }
}
