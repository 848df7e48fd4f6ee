package io.github.ppool.observer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** A user of the page that acts: presses the button of an action, fills in its dialog, and reads the outcome. */
final class Operator implements AutoCloseable {

    private final TestServer server;
    private final Browser browser;

    private Operator(TestServer server, Browser browser) {
        this.server = server;
        this.browser = browser;
    }

    /** A user without a login. */
    static Operator of(TestServer server) {
        return new Operator(server, Browser.open());
    }

    /** A user with a login, which the browser sends with each request. */
    static Operator logIn(TestServer server, String name) {
        Operator operator = of(server);
        String login = Base64.getEncoder().encodeToString((name + ":secret").getBytes(StandardCharsets.UTF_8));
        operator.send(Map.of("Authorization", "Basic " + login));
        return operator;
    }

    private void send(Map<String, String> headers) {
        browser.driver().executeCdpCommand("Network.enable", Map.of());
        browser.driver().executeCdpCommand("Network.setExtraHTTPHeaders", Map.of("headers", headers));
    }

    Browser browser() {
        return browser;
    }

    /** Opens a view of the page, and waits for its first snapshot. */
    void open(String hash) {
        browser.load(server.application(PageTest.PAGE + hash));
    }

    /** Presses the button of an action, by the title of its dialog or a beginning of it. The dialog opens. */
    Operator act(String title) {
        browser.await("the button '" + title + "'", () -> {
            button(title).click();
            return true;
        });
        browser.find("dialog[open]");
        return this;
    }

    WebElement button(String title) {
        Object button = browser.script("""
                const label = each => each.getAttribute('aria-label') || each.title || each.innerText;
                return [...document.querySelectorAll('main button')].find(each => label(each).startsWith(arguments[0]))
                    || null""", title);
        if (button instanceof WebElement found) {
            return found;
        }
        throw new NoSuchElementException("no button " + title);
    }

    /** Chooses one of several actions in the dialog. */
    Operator choose(String title) {
        browser.find("dialog .choices");
        browser.driver().findElements(By.cssSelector("dialog .choices button")).stream()
                .filter(button -> button.getText().equals(title))
                .findAny()
                .orElseThrow(() -> new AssertionError("no choice " + title + " in " + browser.text()))
                .click();
        browser.find("dialog form");
        return this;
    }

    /** Fills in a field of the dialog by its label. */
    Operator fill(String label, String value) {
        WebElement field = browser.driver().findElement(By.xpath(
                "//dialog//label[normalize-space(.)='" + label + "']/following-sibling::*[1]"));
        field.sendKeys(Keys.chord(Keys.CONTROL, "a"), value);
        return this;
    }

    /** Types the name that confirms a dangerous action. */
    Operator type(String name) {
        browser.find("#confirm-typed").sendKeys(name);
        return this;
    }

    /** Presses the button that does it. */
    void confirm() {
        browser.find("dialog button[type=submit]").click();
    }

    /** Waits until the dialog has gone and the page tells an outcome. A screen reader is told the same. */
    void outcome(String part) {
        browser.await("the outcome '" + part + "' without a dialog", () -> dialogs().isEmpty()
                && browser.all("#outcome span").stream().anyMatch(outcome -> outcome.getText().contains(part)));
        assertThat(browser.find("#outcome span").getText()).endsWith(String.valueOf(
                browser.script("return document.getElementById('said').textContent")));
    }

    /** The reason of a refused action in the dialog. */
    String refusal() {
        browser.await("a refusal", () -> !browser.find("dialog .refusal").getText().isEmpty());
        return browser.find("dialog .refusal").getText();
    }

    String text(String css) {
        return browser.find(css).getText();
    }

    /** Chooses a row of the tree by a part of its text. */
    void row(String part) {
        browser.await("the row '" + part + "'", () -> Boolean.TRUE.equals(browser.script("""
                const row = [...document.querySelectorAll('[role=treeitem]')]
                    .find(each => each.innerText.includes(arguments[0]));
                row?.querySelector('.name').click();
                return row !== undefined""", part)));
    }

    /** The id of the first worker that the page of a pool shows. */
    String firstWorker() {
        return browser.find("#workers tbody th").getText();
    }

    void press(CharSequence... keys) {
        new Actions(browser.driver()).sendKeys(keys).perform();
    }

    void focus(String title) {
        browser.await("the button '" + title + "'", () -> {
            browser.script("arguments[0].focus()", button(title));
            return true;
        });
    }

    /** The label of the element that has the focus. */
    String focused() {
        return String.valueOf(browser.script("""
                const e = document.activeElement;
                return e.getAttribute('aria-label') || e.title || e.innerText"""));
    }

    /** The dialogs that are there. */
    List<WebElement> dialogs() {
        return browser.all("dialog");
    }

    @Override
    public void close() {
        send(Map.of());
        browser.close();
    }
}
