package io.github.ppool.observer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.observer.TestServer.Application;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;

/** The page in a real browser when its application goes away, comes back, or does not let it look. */
class LostApplicationBrowserTest extends PageTest {

    @Test
    void an_application_that_is_gone_is_told_and_taken_up_again_when_it_is_back() {
        TestServer first = TestServer.start(WebApplicationType.SERVLET, Application.class);
        int port = first.application("/").getPort();
        try (first) {
            show(first, "#/pool/smtp");
            browser.awaitText("smtp/1");
        }
        browser.await("document.documentElement.dataset.state === 'unreachable'");
        browser.awaitText("The application does not answer since");
        assertThat(browser.text()).as("the last answer stays").contains("smtp/1", "You see its state of");
        assertThat(browser.driver().getTitle()).contains("no answer");
        assertThat(browser.accessibility()).isEmpty();
        browser.picture("unreachable");
        try (TestServer second = TestServer.start(WebApplicationType.SERVLET, Application.class,
                "server.port=" + port, "ppool.pools.smtp.size=3")) {
            assertThat(second.application("/").getPort()).isEqualTo(port);
            // The page tries by itself, too, and takes the button away when it has got an answer.
            browser.await("taken up again", () -> Boolean.TRUE.equals(browser.script("""
                    [...document.querySelectorAll('.gone button')].find(e => e.innerText === 'Try now')?.click();
                    return document.documentElement.dataset.state === 'live'""")));
            browser.awaitText("smtp/3");
            browser.awaitNoText("does not answer");
            browser.awaitSnapshot();
            // The browser itself writes each request that has failed.
            browser.expect("ERR_CONNECTION_REFUSED");
            browser.leave();
        }
    }

    @Test
    void an_application_without_the_endpoint_of_the_data_is_told() {
        try (TestServer server = TestServer.start(WebApplicationType.SERVLET, Application.class,
                "management.endpoints.web.exposure.include=observer")) {
            browser.open(server.application(PAGE));
            browser.awaitText("management.endpoints.web.exposure.include");
            browser.await("document.documentElement.dataset.state === 'denied'");
            assertThat(browser.accessibility()).isEmpty();
            browser.leave();
        }
    }

    @Test
    void an_empty_application_looks_calm() {
        try (TestServer server = TestServer.start(WebApplicationType.REACTIVE, Application.class)) {
            browser.open(server.application("/actuator/observer"));
            browser.awaitText("All is well: 1 pool");
            for (String hash : List.of("#/tree", "#/pool/smtp", "#/pools")) {
                show(server, hash);
                assertThat(browser.accessibility()).as(hash).isEmpty();
            }
            assertThat(browser.text()).doesNotContain("undefined", "NaN", "[object");
            browser.leave();
        }
    }
}
