package io.github.ppool.observer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.Pools;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.springframework.boot.WebApplicationType;

/** Ten thousand children and five hundred pools in a real browser. */
class CrowdBrowserTest extends PageTest {

    /** Elements of a page that renders its visible part only. */
    private static final int FEW = 4_000;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(WebApplicationType.SERVLET, CrowdApplication.class);
        CrowdApplication.startPools(server.context().getBean(Pools.class));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private void show(String hash) {
        show(server, hash);
    }

    private long elements() {
        return (Long) Objects.requireNonNull(browser.script("return document.querySelectorAll('*').length"));
    }

    @Test
    void all_of_ten_thousand_children_are_reached_by_scrolling_and_few_are_drawn() {
        show("#/tree?path=crowd");
        browser.find("#tree").click();
        browser.await("open", () -> {
            browser.script("document.querySelector('#tree').focus()");
            browser.press(Keys.HOME, Keys.ARROW_RIGHT);
            return browser.text().contains(CrowdApplication.id(0));
        });
        assertThat(elements()).isLessThan(FEW);
        // Each page of children is read when its place comes into sight.
        browser.await("the last child", () -> {
            browser.script("const box = document.querySelector('#tree'); box.scrollTop = box.scrollHeight");
            return browser.text().contains(CrowdApplication.id(CrowdApplication.CHILDREN - 1));
        });
        assertThat(elements()).isLessThan(FEW);
        browser.script("document.querySelector('#tree').scrollTop = 0");
        browser.awaitText(CrowdApplication.id(0));
        browser.awaitSnapshot();
        assertThat(browser.accessibility()).isEmpty();
    }

    @Test
    void one_of_ten_thousand_children_is_found() {
        String child = CrowdApplication.id(8_765);
        show("#/tree?q=" + child);
        browser.awaitText(child);
        browser.await("nothing else", () -> browser.all("[role=treeitem]").size() <= 3);
        browser.driver().findElement(By.xpath("//*[@role='treeitem'][contains(., '" + child
                + "')]//a[starts-with(., '<')]")).click();
        browser.awaitText("waits for");
        browser.driver().navigate().back();
        browser.awaitText(child);
    }

    @Test
    void five_hundred_pools_are_a_table_that_can_be_read() {
        show("#/pools");
        browser.awaitText(String.valueOf(CrowdApplication.POOLS));
        assertThat(elements()).isLessThan(FEW);
        assertThat(browser.text()).contains("All is well: " + CrowdApplication.POOLS + " pools");
        browser.script("document.querySelector('#pools').scrollTop = 1e7");
        browser.awaitText("smtp");
        WebElement filter = browser.find("#pools-filter");
        filter.sendKeys("pool-37");
        browser.await("the filtered pools", () -> browser.all("#pools tbody th").size() == 10);
        filter.sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.BACK_SPACE);
        browser.await("all pools", () -> browser.all("#pools tbody th").size() > 10);
        browser.picture("overview-500-pools");
        assertThat(browser.accessibility()).isEmpty();
    }

    @Test
    void the_page_answers_while_it_shows_many_pools() {
        show("#/pools");
        browser.awaitText(String.valueOf(CrowdApplication.POOLS));
        // The longest task of the page's thread in some seconds of updates.
        browser.script("""
                window.longest = 0;
                new PerformanceObserver(list => list.getEntries().forEach(
                    each => window.longest = Math.max(window.longest, each.duration)))
                    .observe({entryTypes: ['longtask']});""");
        // Its time is real: other work of the machine makes it longer, but hardly again and again.
        double longest = Double.MAX_VALUE;
        for (int round = 0; round < 5 && longest >= 1_500; round++) {
            browser.script("window.longest = 0");
            for (int i = 0; i < 3; i++) {
                browser.awaitSnapshot();
            }
            longest = ((Number) Objects.requireNonNull(browser.script("return window.longest"))).doubleValue();
        }
        assertThat(longest).as("milliseconds that the page did not answer").isLessThan(1_500);
        assertThat(List.of("live")).contains(String.valueOf(
                browser.script("return document.documentElement.dataset.state")));
    }
}
