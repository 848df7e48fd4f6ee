package io.github.ppool.observer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.observer.ShopApplication.Mails;
import io.github.ppool.spring.boot.DurableOperations;
import io.github.ppool.spring.boot.DurableOperations.Change;
import io.github.ppool.spring.boot.DurableOperations.Filter;
import io.github.ppool.spring.boot.DurableOperations.State;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages of the cluster and of durable tasks, as an operator sees them that may act. */
class StoresBrowserTest extends PageTest {

    private static long laidDown;

    private Operator operator;

    @BeforeAll
    static void enqueue() {
        Mails mails = Applications.shop().context().getBean(Mails.class);
        laidDown = mails.queue().enqueue("").id(); // a mail without a text fails
        mails.queue().with().delay(Duration.ofDays(1)).key("customer-17").enqueue("tomorrow");
        Awaitility.await().atMost(Duration.ofSeconds(50)).until(
                () -> durable().task(laidDown).orElseThrow().state() == State.LAID_DOWN);
    }

    @AfterAll
    static void dropAll() {
        durable().change(Change.CANCEL, Filter.ALL);
    }

    private static DurableOperations durable() {
        return Applications.shop().context().getBean(DurableOperations.class);
    }

    @BeforeEach
    void logIn() {
        operator = Operator.logIn(Applications.shop(), "operator");
    }

    @AfterEach
    void logOut() {
        operator.close();
    }

    private void show(String hash, String text) {
        operator.open(hash.replace("{id}", Long.toString(laidDown)));
        browser.awaitText(text);
    }

    @ParameterizedTest
    @CsvSource({
            "cluster, #/cluster, housekeeping", "durable, #/durable, laid down",
            "durable-ended, #/durable?view=ended, No ended task",
            "durable-task, #/durable/task/{id}, handed over", "shop-tree, #/tree?path=mail, senders",
            "shop-pool, #/pool/smtp, smtp/1",
    })
    void each_page_is_accessible_in_both_schemes_and_fits_into_each_window(String name, String hash, String text) {
        show(hash, text);
        isAccessibleInBothSchemes(name);
        fitsIntoWindows(name);
        if (name.matches("cluster|durable|shop-pool")) {
            buttonsAreInSight();
        }
    }

    /** Those of the rows, without scrolling a table that is wider than the window. */
    private void buttonsAreInSight() {
        browser.find("tbody .act");
        for (int width : new int[]{1280, 1024, 768, 360}) {
            browser.size(width, 800);
            browser.await("the width " + width, () -> width == (Long) browser.script("return innerWidth"));
            assertThat(browser.script("""
                    return [...document.querySelectorAll('tbody .act')].filter(button => {
                        const box = button.getBoundingClientRect();
                        const table = button.closest('.scroll').getBoundingClientRect();
                        return box.width === 0 || box.left < table.left || box.right > table.right;
                    }).length""")).as("buttons that are cut off at %s px", width).isEqualTo(0L);
        }
    }
}
