package io.github.ppool.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.deque.html.axecore.providers.EmbeddedResourceAxeProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.stream.Stream;
import javax.naming.OperationNotSupportedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.PageLoadStrategy;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.springframework.util.FileSystemUtils;

/**
 * A Chromium without a window. One process serves all tests of the virtual machine and ends with it. {@link #open()}
 * gives a test an empty tab, and {@link #close()} fails if the pages in it have written an error to the console or
 * have violated their content security policy.
 *
 * <p>Where there is no Chromium with its driver, the test is skipped with a message that says so.
 */
final class Browser implements AutoCloseable {

    /** The time within which a page shows the expected state. */
    private static final Duration PATIENCE = Duration.ofSeconds(50);

    private static @Nullable Browser only;

    private final ChromeDriver driver;
    private final Path profile;
    private final List<String> found = new ArrayList<>();
    private final String axe;

    /** The browser, with an empty tab; skips the test where there is none. */
    static synchronized Browser open() {
        if (only == null) {
            Optional<Path> chromium = program("chromium", "chromium-browser", "google-chrome");
            Optional<Path> chromedriver = program("chromedriver");
            String missing = "SKIPPED: no Chromium and chromedriver on the PATH or in /usr/lib/chromium;"
                    + " install Debian's packages chromium and chromium-driver to run the browser tests";
            if (chromium.isEmpty() || chromedriver.isEmpty()) {
                System.out.println(missing);
                Assumptions.abort(missing);
            }
            only = new Browser(chromium.orElseThrow(), chromedriver.orElseThrow());
            Runtime.getRuntime().addShutdownHook(new Thread(only::end));
        }
        only.reset();
        return only;
    }

    private static Optional<Path> program(String... names) {
        List<Path> folders = new ArrayList<>();
        for (String folder : Objects.requireNonNullElse(System.getenv("PATH"), "").split(":")) {
            folders.add(Path.of(folder));
        }
        folders.add(Path.of("/usr/bin"));
        folders.add(Path.of("/usr/lib/chromium"));
        return Stream.of(names)
                .flatMap(name -> folders.stream().map(folder -> folder.resolve(name)))
                .filter(Files::isExecutable)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private Browser(Path chromium, Path chromedriver) {
        try {
            profile = Files.createTempDirectory("ppool-observer-chromium");
            axe = new EmbeddedResourceAxeProvider().getScript();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (OperationNotSupportedException impossible) {
            throw new IllegalStateException(impossible);
        }
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.toString());
        options.setPageLoadStrategy(PageLoadStrategy.NORMAL);
        options.addArguments("--headless=new", "--user-data-dir=" + profile, "--window-size=1280,900", "--lang=en",
                "--hide-scrollbars", "--force-device-scale-factor=1", "--force-prefers-reduced-motion",
                "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-extensions", "--disable-default-apps",
                // The loopback interface only.
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost");
        if ("root".equals(System.getProperty("user.name"))) {
            options.addArguments("--no-sandbox"); // Chromium's sandbox does not work for this user
        }
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        // With a driver by its path, Selenium looks for none, and downloads none.
        driver = new ChromeDriver(new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver.toFile())
                .usingAnyFreePort()
                .withLogOutput(OutputStream.nullOutputStream())
                .build(), options);
        driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(30)).pageLoadTimeout(Duration.ofSeconds(30));
        driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", """
                addEventListener('securitypolicyviolation', event => console.error(
                    'CSP VIOLATION: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile
                    + ':' + event.lineNumber));
                """));
    }

    private void reset() {
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of()));
        driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
        driver.get("about:blank");
        collect();
        found.clear();
    }

    ChromeDriver driver() {
        return driver;
    }

    /** Loads a page. An address that differs by its fragment alone loads no page anew. */
    void open(URI address) {
        driver.get(address.toString());
    }

    /** Loads a page of the observer anew, and waits until it has drawn its first snapshot. */
    void load(URI address) {
        driver.get("about:blank"); // an address that differs by its fragment alone would load no page
        driver.get(address.toString());
        await("Boolean(document.documentElement.dataset.sequence)");
    }

    /** Loads the page again, as a user does, and waits until it has drawn its first snapshot. */
    void reload() {
        driver.navigate().refresh();
        await("Boolean(document.documentElement.dataset.sequence)");
    }

    /** Leaves the page, which then asks its application no more. */
    void leave() {
        driver.get("about:blank");
    }

    /** Waits until a JavaScript expression is true. */
    void await(String condition, @Nullable Object... arguments) {
        await(condition, () -> Boolean.TRUE.equals(script("return Boolean(" + condition + ")", arguments)));
    }

    /** Waits until a condition holds. A page that is redrawn meanwhile is no failure. */
    void await(String what, Supplier<Boolean> condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                if (condition.get()) {
                    return;
                }
            } catch (WebDriverException redrawn) {
                if (System.nanoTime() > deadline) {
                    throw redrawn;
                }
            }
            if (System.nanoTime() > deadline) {
                fail("within %s the page has not come to: %s%n%s%nIt shows:%n%s", PATIENCE, what, severe(), text());
            }
            pause();
        }
    }

    /** Between two looks at the page; no test counts on its length. */
    private static void pause() {
        try {
            Thread.sleep(25); // between two looks at the page, which does not tell of its changes
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** Waits until the page has drawn a snapshot that it asked for after now. */
    void awaitSnapshot() {
        String before = String.valueOf(script("return document.documentElement.dataset.sequence"));
        await("document.documentElement.dataset.sequence not " + before, () -> {
            Object now = script("return document.documentElement.dataset.sequence");
            return now != null && !now.equals("") && !now.equals(before);
        });
    }

    /** Waits until the text of the page has a part. */
    void awaitText(String part) {
        await("the text '" + part + "'", () -> text().contains(part));
    }

    void awaitNoText(String part) {
        await("no text '" + part + "'", () -> !text().contains(part));
    }

    /** The text that is seen. */
    String text() {
        return String.valueOf(script("return document.body ? document.body.innerText : ''"));
    }

    @Nullable
    Object script(String script, @Nullable Object... arguments) {
        return ((JavascriptExecutor) driver).executeScript(script, arguments);
    }

    WebElement find(String css) {
        await("an element " + css, () -> !driver.findElements(By.cssSelector(css)).isEmpty());
        return driver.findElement(By.cssSelector(css));
    }

    List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    /** Clicks a button or link by its text or label. */
    void click(String name) {
        await("a button or link '" + name + "'", () -> {
            WebElement found = (WebElement) script(
                    """
                            const label = e => (e.getAttribute('aria-label') || e.innerText || e.value || '').trim();
                            return [...document.querySelectorAll('button, a, summary, [role=button]')]
                                .filter(each => label(each) === arguments[0] && each.getClientRects().length > 0
                                    && !each.disabled).at(-1) || null""",
                    name);
            if (found == null) {
                return false;
            }
            found.click();
            return true;
        });
    }

    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Presses the tabulator until the focus is where a JavaScript condition on {@code e} wants it. */
    void tabTo(String condition) {
        for (int i = 0; i < 200; i++) {
            press(Keys.TAB);
            if (Boolean.TRUE.equals(script("const e = document.activeElement; return Boolean(" + condition + ")"))) {
                return;
            }
        }
        fail("the tabulator never comes to an element with %s", condition);
    }

    /** Shows pages in a scheme of colours: {@code light} or {@code dark}. */
    void scheme(String scheme) {
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features",
                List.of(Map.of("name", "prefers-color-scheme", "value", scheme),
                        Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }

    void size(int width, int height) {
        driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** The errors and violations of the policy in the console, since the tab was opened. */
    List<String> severe() {
        collect();
        return List.copyOf(found);
    }

    /** Forgets errors that a test has caused on purpose. Fails if one of them is another one. */
    void expect(String part) {
        assertThat(severe()).isNotEmpty().allSatisfy(each -> assertThat(each).contains(part));
        found.clear();
    }

    private void collect() {
        for (LogEntry entry : driver.manage().logs().get(LogType.BROWSER)) {
            if (entry.getLevel().intValue() >= Level.SEVERE.intValue()) {
                found.add(entry.getMessage());
            }
        }
    }

    /** The rules of accessibility that the page as it is now breaks, each with the elements. */
    List<String> accessibility() {
        if (!Boolean.TRUE.equals(script("return Boolean(window.axe)"))) {
            script(axe + "; window.axe = axe;");
        }
        Object broken = driver.executeAsyncScript("""
                const done = arguments[0];
                axe.run(document, {resultTypes: ['violations']}).then(results => done(
                    results.passes.length < 5 ? ['only ' + results.passes.length + ' rules have looked at the page']
                    : results.violations.map(rule => rule.id + ' (' + rule.impact + '): ' + rule.help
                        + rule.nodes.slice(0, 5).map(node => '\\n    ' + node.html + '\\n      '
                            + node.failureSummary).join(''))), failure => done(['axe: ' + failure]));""");
        return ((List<?>) Objects.requireNonNull(broken)).stream().map(String::valueOf).toList();
    }

    /** The window as a PNG. */
    byte[] picture() {
        Map<String, Object> picture = driver.executeCdpCommand("Page.captureScreenshot", Map.of("format", "png"));
        return Base64.getDecoder().decode((String) picture.get("data"));
    }

    /** Writes the window to {@code target/pictures}, if {@code -Dppool.pictures=true} says so. */
    void picture(String name) {
        if (!Boolean.getBoolean("ppool.pictures")) {
            return; // each takes a fifth of a second
        }
        Path file = Path.of("target", "pictures", name + ".png");
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, picture());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        List<String> errors = severe();
        leave();
        collect();
        found.clear();
        assertThat(errors).as("errors in the console").isEmpty();
    }

    private void end() {
        driver.quit();
        try {
            FileSystemUtils.deleteRecursively(profile);
        } catch (IOException stillWritten) {
            // The folder is in the system's folder of temporary files.
        }
    }
}
