package io.github.ppool.observer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.WebElement;

/**
 * Tests of the page in a real browser. Each has an empty tab, and fails if there is an error in the console or a
 * violation of the policy. Where there is no browser, they are skipped.
 */
@Timeout(120)
abstract class PageTest {

    /** The page, below an application's address. */
    static final String PAGE = "/actuator/observer/page";

    /** The elements that stick out of the window, and neither scroll nor are cut off with an ellipsis. */
    private static final String STICKING_OUT = """
            const contained = e => e && e !== document.body
                && (getComputedStyle(e).overflowX !== 'visible' || contained(e.parentElement));
            return [document.documentElement.scrollWidth <= innerWidth].concat(
                [...document.querySelectorAll('body *')]
                    .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !contained(e.parentElement))
                    .slice(0, 3).map(e => e.outerHTML.slice(0, 150)))""";

    Browser browser;

    /** Skips the class where there is none, before it starts an application. */
    @BeforeAll
    static void needsABrowser() {
        Browser.open();
    }

    @BeforeEach
    void openBrowser() {
        browser = Browser.open();
    }

    @AfterEach
    void closeBrowser() {
        browser.close();
    }

    /** Loads a view of the page anew, and waits until it has drawn its first snapshot. */
    void show(TestServer server, String hash) {
        browser.load(server.application(PAGE + hash));
    }

    List<String> texts(String css) {
        return browser.all(css).stream().map(WebElement::getText).toList();
    }

    /** The page as it is now breaks no rule of accessibility, neither in light nor in dark colours. */
    void isAccessibleInBothSchemes(String name) {
        for (String scheme : List.of("light", "dark")) {
            browser.scheme(scheme);
            browser.await("the scheme " + scheme, () -> scheme.equals(browser.script("""
                    const rgb = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number);
                    return rgb[0] + rgb[1] + rgb[2] > 382 ? 'light' : 'dark'""")));
            assertThat(browser.accessibility()).as("%s, %s", name, scheme).isEmpty();
            browser.picture(name + "-" + scheme);
        }
    }

    /** The page as it is now fits into windows of several widths. */
    void fitsIntoWindows(String name) {
        for (int width : new int[]{1920, 1280, 768, 360}) {
            browser.size(width, 800);
            browser.await("the width " + width,
                    () -> List.of(true).equals(browser.script(STICKING_OUT)) && width == (Long) browser.script(
                            "return innerWidth"));
            browser.picture(name + "-" + width);
        }
    }
}
