package io.github.ppool.observer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolGroup;
import io.github.ppool.pool.PoolGroupSpec;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.TaskQueue;
import io.github.ppool.pool.TaskState;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;

/** The page in a real browser, in front of an application that has troubles. It may only look. */
class ObserverBrowserTest extends PageTest {

    private void show(String hash) {
        show(Applications.busy(), hash);
    }

    private String hash() {
        return String.valueOf(browser.script("return location.hash"));
    }

    @Test
    void the_address_of_the_endpoint_leads_to_the_page() {
        browser.open(Applications.busy().application("/actuator/observer"));
        browser.awaitText("smtp-out");
        assertThat(browser.driver().getCurrentUrl()).contains(PAGE);
        assertThat(browser.driver().getTitle()).contains("ppool observer");
    }

    // ---- the overview

    @Test
    void the_worst_comes_first() {
        show("#/pools");
        browser.await("all problems", () -> texts("#problems li").size() >= 5); // workers crash one after the other
        List<String> problems = texts("#problems li");
        assertThat(problems.getFirst()).contains("sms", "given up");
        assertThat(String.join("\n", problems)).contains("imap", "push", "reports", "smtp-out")
                .doesNotContain("thumbnails", "sessions", "10.0.0");
        int first = browser.find("#problems li").getLocation().getY();
        assertThat(first).as("seen without scrolling").isLessThan(300);
        WebElement row = browser.driver().findElement(By.xpath("//*[@id='pools']//tr[.//a[.='smtp-out']]"));
        assertThat(row.getText()).contains("8", "5", "22");
    }

    @Test
    void a_click_leads_from_a_problem_to_its_pool_and_back() {
        show("#/pools");
        browser.find("#problems li a").click();
        browser.await("the page of the pool", () -> hash().startsWith("#/pool/sms"));
        browser.awaitText("given up");
        browser.driver().navigate().back();
        browser.find("#pools");
        browser.driver().navigate().forward();
        browser.await("the page of the pool", () -> hash().startsWith("#/pool/sms"));
    }

    @Test
    void sorting_and_filters_are_in_the_address_and_survive_a_reload() {
        show("#/pools");
        browser.click("Queue");
        browser.await("sorted", () -> hash().contains("sort=-queue"));
        browser.await("the longest queue first",
                () -> texts("#pools tbody th").stream().limit(1).anyMatch("smtp-out"::equals));
        browser.find("#pools-filter").sendKeys("s");
        browser.await("filtered", () -> hash().contains("filter=s"));
        browser.await("those with an s", () -> texts("#pools tbody th").stream().allMatch(name -> name.contains("s")));
        List<String> before = texts("#pools tbody th");
        assertThat(before).isNotEmpty().doesNotContain("imap");
        browser.reload();
        assertThat(texts("#pools tbody th")).isEqualTo(before);
        assertThat(browser.find("#pools-filter").getDomProperty("value")).isEqualTo("s");
        show("#/pools?sort=-queue&filter=s");
        assertThat(texts("#pools tbody th")).isEqualTo(before);
    }

    @Test
    void groups_of_pools_are_a_table_of_their_own() {
        show("#/pools");
        assertThat(browser.all("#groups-title")).isEmpty();
        Pools pools = Applications.busy().context().getBean(Pools.class);
        pools.startGroup(PoolGroupSpec.of("media", "thumbnails", "sms"));
        try {
            browser.await("the group", () -> !browser.all(".groups tbody tr").isEmpty());
            assertThat(texts(".groups tbody tr")).singleElement().asString()
                    .contains("media", "degraded", "first", "thumbnails", "sms (down)");
        } finally {
            pools.stopGroup("media");
        }
        browser.await("no group", () -> browser.all("#groups-title").isEmpty());
    }

    @Test
    void a_group_has_a_page_with_its_members_its_queue_and_its_keys() {
        show("#/pools");
        Pools pools = Applications.busy().context().getBean(Pools.class);
        CountDownLatch open = new CountDownLatch(1);
        PoolClient<?> fax = pools.startPool(PoolSpec.builder("fax", Object::new).size(1).maxOverflow(0).build());
        PoolGroup<?> post = pools.startGroup(PoolGroupSpec.of("post", "fax"));
        try {
            TaskQueue<?> customer = post.tasks(TaskOptions.key("customer-9"));
            var holder = customer.asyncQueue(worker -> open.await());
            var waiting = customer.asyncQueue(worker -> {});
            browser.await("its key", () -> texts(".groups tbody tr").toString().contains("1 (customer-9: 1 waits)"));
            show("#/group/post");
            browser.await("the key", () -> texts("#keys tbody tr").toString().contains("customer-9"));
            assertThat(texts("#keys tbody tr")).singleElement().asString().contains("task #" + holder.id(), "runs");
            show("#/pools");
            open.countDown();
            holder.result().toCompletableFuture().join();
            waiting.result().toCompletableFuture().join();
            pools.admin().suspend("fax");
            By link = By.xpath("//*[@id='problems']//a[. = 'post']");
            browser.await("its problem", () -> texts("#problems li").stream().anyMatch(
                    each -> each.contains("post") && each.contains("has no member that serves its callers")));
            browser.driver().findElement(link).click();
            browser.await("its page", () -> hash().equals("#/group/post"));
            browser.await("its members", () -> texts("#members tbody tr").size() == 1);
            assertThat(texts("#members tbody tr")).singleElement().asString()
                    .contains("fax", "suspended", "does not serve");
            var caller = post.checkoutAsync(Duration.ofHours(1)).toCompletableFuture();
            browser.await("its queue", () -> browser.text().contains("a stage"));
            assertThat(browser.find(".figures").getText()).contains("0 of 1").containsPattern("served\\s+2");
            isAccessibleInBothSchemes("group");
            fitsIntoWindows("group");
            pools.admin().resume("fax");
            caller.join().close();
            browser.await("no problem", () -> browser.all(".problems").isEmpty());
            browser.reload();
            browser.await("the same page", () -> texts("#members tbody tr").toString().contains("serves"));
        } finally {
            open.countDown();
            pools.stopGroup("post");
            pools.stopPool("fax", Duration.ZERO);
        }
        browser.await("no group", () -> browser.all("#groups-title").isEmpty());
    }

    @Test
    void an_update_leaves_focus_and_typed_text_alone() {
        show("#/pools");
        WebElement filter = browser.find("#pools-filter");
        filter.sendKeys("sm");
        browser.awaitSnapshot();
        browser.awaitSnapshot();
        filter.sendKeys("tp");
        assertThat(filter.getDomProperty("value")).isEqualTo("smtp");
        assertThat(browser.script("return document.activeElement.id")).isEqualTo("pools-filter");
        browser.await("one pool", () -> texts("#pools tbody th").stream().allMatch(name -> name.contains("smtp")));
    }

    // ---- a pool

    @Test
    void a_pool_shows_workers_queue_plan_and_journal() {
        show("#/pool/smtp-out");
        browser.awaitText("borrowed");
        assertThat(texts("#workers tbody tr")).hasSize(8);
        assertThat(browser.text()).contains("smtp-out/1", "22");
        assertThat(browser.all("canvas")).as("charts").isNotEmpty();
        show("#/pool/push");
        browser.awaitText("restarting");
        assertThat(browser.text()).contains("20m").contains("backoff").contains("IllegalStateException")
                .doesNotContain("protocol error", "the peer has reset");
        show("#/pool/imap");
        browser.awaitText("ConnectException");
        assertThat(browser.text()).doesNotContain("10.0.0.7");
    }

    @Test
    void a_pool_shows_its_keys_and_the_tasks_whose_time_has_not_come() {
        PoolClient<?> pool = Applications.busy().context().getBean(Pools.class).pool("thumbnails").orElseThrow();
        TaskQueue<?> customer = pool.tasks(TaskOptions.key("customer-42"));
        CountDownLatch open = new CountDownLatch(1);
        Task<?> scheduled = customer.schedule(Duration.ofHours(2), worker -> {});
        var holder = customer.asyncQueue(worker -> open.await());
        var waiting = customer.asyncQueue(worker -> {});
        try {
            browser.await("a task that runs", () -> holder.state() == TaskState.RUNNING);
            show("#/pool/thumbnails");
            browser.await("the keys", () -> !browser.all("#keys tbody tr").isEmpty());
            assertThat(texts("#keys tbody tr")).singleElement().asString()
                    .contains("customer-42", "task #" + holder.id(), "runs");
            assertThat(browser.find("#keys h2").getText()).contains("waiting for them 1");
            assertThat(texts("#later tbody tr")).singleElement().asString()
                    .contains("task #" + scheduled.id(), "customer-42");
        } finally {
            open.countDown();
            scheduled.cancel();
            waiting.result().toCompletableFuture().join();
        }
        browser.await("nothing of it", () -> browser.all("#keys").isEmpty() && browser.all("#later").isEmpty());
    }

    @Test
    void a_pool_shows_its_broadcasts_until_their_end() {
        Pools pools = Applications.busy().context().getBean(Pools.class);
        PoolClient<?> fax = pools.startPool(PoolSpec.builder("fax", Object::new).size(1).maxOverflow(0).build());
        try {
            show("#/pool/fax");
            CompletionStage<?> broadcast;
            try (Lease<?> busy = fax.checkout()) {
                assertThat(busy.isOpen()).isTrue();
                broadcast = fax.broadcast(worker -> {});
                browser.await("the broadcast",
                        () -> browser.find(".figures").getText().matches("(?s).*broadcasts\\s+1, 1 worker left.*"));
            }
            broadcast.toCompletableFuture().join();
            browser.await("no broadcast", () -> !browser.find(".figures").getText().contains("broadcasts"));
        } finally {
            pools.stopPool("fax", Duration.ZERO);
        }
    }

    @Test
    void a_large_pool_draws_the_workers_in_sight_only() {
        show("#/pool/sessions");
        browser.await("workers", () -> browser.all("#workers tbody tr").size() > 5);
        assertThat(browser.all("#workers tbody tr").size()).isLessThan(80);
        browser.script("document.querySelector('#workers').scrollTop = 1e6");
        browser.await("the last worker", () -> browser.text().contains("sessions/150"));
    }

    @Test
    void a_pool_that_does_not_exist_is_no_fault_of_the_page() {
        show("#/pool/none-of-these");
        browser.awaitText("none-of-these");
        show("#/nowhere");
        browser.awaitText("No such page");
    }

    // ---- tree and processes

    @Test
    void the_tree_leads_to_a_process_and_its_links() {
        show("#/tree?path=mail%2Fsenders");
        browser.awaitText("later");
        browser.driver().findElement(By.xpath("//*[@role='treeitem'][contains(., 'later')]//a[starts-with(., '<')]"))
                .click();
        browser.await("the process", () -> hash().startsWith("#/process/"));
        browser.awaitText("waits for");
        String process = hash();
        assertThat(browser.text()).contains("a message", "Links", "Stack");
        browser.find(".pids a").click();
        browser.await("another process", () -> hash().startsWith("#/process/") && !hash().equals(process));
        browser.awaitText("Links");
        browser.reload();
        browser.awaitText("Links");
    }

    @Test
    void ids_of_children_are_text_and_nothing_else() {
        show("#/tree?path=uploads");
        browser.awaitText(BusyApplication.SLASHES);
        assertThat(browser.text()).contains(BusyApplication.MARKUP);
        assertThat(browser.script("return document.querySelector('img') === null")).isEqualTo(true);
        show("#/tree?q=%3Cimg");
        browser.awaitText(BusyApplication.MARKUP);
        // No row is wider than its list, and no page wider than the window.
        assertThat(browser.script("return document.documentElement.scrollWidth <= innerWidth")).isEqualTo(true);
    }

    @Test
    void a_process_that_has_ended_is_told() {
        show("#/process/999999");
        browser.awaitText("There is no process");
        browser.expect("404");
        show("#/process/nonsense");
        browser.await("a refusal", () -> browser.text().contains("pid must be a number"));
        browser.expect("400");
    }

    @Test
    void the_tree_is_walked_by_keyboard() {
        show("#/tree?path=mail");
        browser.awaitText("inbox");
        browser.tabTo("e.id === 'tree'");
        browser.press(Keys.HOME);
        browser.await("an active row", () -> !active().isEmpty());
        assertThat(active()).contains("mail");
        pressUntil(Keys.ARROW_RIGHT, "true");
        browser.press(Keys.ARROW_DOWN);
        browser.await("the next row", () -> active().contains("senders"));
        browser.press(Keys.ARROW_UP);
        browser.await("the row before", () -> active().contains("mail"));
        pressUntil(Keys.ARROW_LEFT, "false");
        browser.press(Keys.ENTER);
        browser.await("the process", () -> hash().startsWith("#/process/"));
    }

    /**
     * Presses a key until the active row is open or closed. While its supervisor is too busy to answer, it is neither,
     * and ignores the key.
     */
    private void pressUntil(Keys key, String expanded) {
        browser.await("aria-expanded=" + expanded, () -> {
            String now = activeAttribute("aria-expanded");
            if (!now.equals(expanded)) {
                browser.press(key);
            }
            return expanded.equals(activeAttribute("aria-expanded"));
        });
    }

    private String active() {
        return String.valueOf(browser.script("""
                const id = document.querySelector('#tree')?.getAttribute('aria-activedescendant');
                return id ? document.getElementById(id)?.innerText ?? '' : ''"""));
    }

    private String activeAttribute(String name) {
        return String.valueOf(browser.script("""
                const id = document.querySelector('#tree')?.getAttribute('aria-activedescendant');
                return id ? document.getElementById(id)?.getAttribute(arguments[0]) : ''""", name));
    }

    // ---- the shell

    @Test
    void all_of_the_shell_is_reached_by_keyboard() {
        show("#/pools");
        browser.press(Keys.TAB);
        browser.await("document.activeElement.innerText === 'Skip to the content'");
        browser.press(Keys.ENTER);
        browser.await("document.activeElement.id === 'main'");
        show("#/tree");
        browser.script("document.activeElement.blur()");
        browser.tabTo("e.innerText.startsWith('Overview')");
        browser.press(Keys.ENTER);
        browser.find("#pools");
        browser.tabTo("e.innerText === 'Pause'");
        assertThat(browser.script("""
                const style = getComputedStyle(document.activeElement);
                return style.outlineStyle !== 'none' || style.boxShadow !== 'none'""")).as("a visible focus")
                .isEqualTo(true);
        browser.press(Keys.SPACE);
        browser.await("document.documentElement.dataset.state === 'paused'");
    }

    @Test
    void without_the_right_to_act_the_page_says_so_and_has_no_button_that_acts() {
        for (String hash : List.of("#/pools", "#/pool/smtp-out", "#/tree?path=mail")) {
            show(hash);
            browser.awaitText("read-only");
            assertThat(texts("button")).noneMatch(text -> text.matches(
                    "(?i).*(suspend|stop|restart a|terminate|resize|delete|start a pool|trace|act…).*"));
            assertThat(browser.all("[role=group][aria-label^='Actions']")).isEmpty();
        }
    }

    @Test
    void the_page_rests_when_it_is_paused_or_hidden_and_its_interval_is_set() throws Exception {
        show("#/pools");
        browser.click("Pause");
        browser.await("document.documentElement.dataset.state === 'paused'");
        asksNoMore("while paused");
        browser.click("Resume");
        browser.awaitSnapshot();

        WebElement interval = browser.driver().findElement(By.xpath("//header//select"));
        interval.sendKeys("15");
        browser.await("the interval", () -> "15000".equals(interval.getDomProperty("value")));
        asksNoMore("at one request in 15 s");
        browser.reload();
        WebElement again = browser.driver().findElement(By.xpath("//header//select"));
        assertThat(again.getDomProperty("value")).as("remembered").isEqualTo("15000");
        again.sendKeys("1 s");
        browser.await("the interval", () -> "1000".equals(again.getDomProperty("value")));
        browser.awaitSnapshot();

        String window = browser.driver().getWindowHandle();
        browser.driver().switchTo().newWindow(WindowType.TAB);
        String other = browser.driver().getWindowHandle();
        browser.driver().switchTo().window(window);
        // Chromium without a window shows both tabs, so the page is told that it is hidden.
        browser.script("""
                Object.defineProperty(document, 'hidden', {get: () => window.isHidden, configurable: true});
                window.isHidden = true;
                document.dispatchEvent(new Event('visibilitychange'));""");
        browser.await("document.documentElement.dataset.state === 'hidden'");
        asksNoMore("while hidden");
        browser.script("window.isHidden = false; document.dispatchEvent(new Event('visibilitychange'));");
        browser.awaitSnapshot();
        browser.driver().switchTo().window(other).close();
        browser.driver().switchTo().window(window);
    }

    /** A request that was under way may still be answered; after that there is a time without one. */
    private void asksNoMore(String when) {
        browser.await("no requests in 1.6 s " + when, () -> {
            long asked = requests();
            return waitedFor(1_600) && requests() == asked;
        });
    }

    /** The time of the page itself goes by; the test looks at the number of its requests. */
    private boolean waitedFor(long millis) {
        return Boolean.TRUE.equals(browser.driver().executeAsyncScript(
                "setTimeout(() => arguments[1](true), arguments[0])", millis));
    }

    private long requests() {
        return (Long) browser.script(
                "return performance.getEntriesByType('resource').filter(e => e.name.includes('/ppool/')).length");
    }

    // ---- how it looks

    @ParameterizedTest
    @CsvSource({
            "overview, #/pools", "tree, #/tree", "children, #/tree?path=uploads", "pool, #/pool/push",
            "busy, #/pool/smtp-out", "process, #/process", "gone, #/pool/none-of-these", "nowhere, #/nowhere",
    })
    void each_page_is_accessible_in_both_schemes_and_fits_into_each_window(String name, String hash) {
        if (name.equals("process")) {
            openProcess();
        } else {
            show(hash);
        }
        browser.await("the content", () -> browser.text().length() > 200 || name.equals("nowhere"));
        isAccessibleInBothSchemes(name);
        fitsIntoWindows(name);
    }

    private void openProcess() {
        show("#/tree?path=mail%2Fsenders");
        browser.awaitText("later");
        browser.driver().findElement(By.xpath("//*[@role='treeitem'][contains(., 'later')]//a[starts-with(., '<')]"))
                .click();
        browser.awaitText("waits for");
    }

    @Test
    void it_works_below_the_prefix_of_a_proxy() throws Exception {
        try (PrefixProxy proxy = new PrefixProxy("/apps/mail", Applications.busy().application("/"))) {
            URI entrance = proxy.address("/actuator/observer");
            browser.open(entrance);
            browser.awaitText("smtp-out");
            assertThat(browser.driver().getCurrentUrl()).startsWith(proxy.address(PAGE).toString());
            browser.awaitSnapshot();
            browser.leave(); // before the proxy is gone
        }
    }
}
