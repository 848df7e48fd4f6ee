package io.github.ppool.observer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.observer.ShopApplication.Mails;
import io.github.ppool.pool.PoolGroup;
import io.github.ppool.pool.PoolGroupSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.TaskState;
import io.github.ppool.spring.boot.ClusterOperations;
import io.github.ppool.spring.boot.DurableOperations;
import io.github.ppool.spring.boot.DurableOperations.Change;
import io.github.ppool.spring.boot.DurableOperations.Filter;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The pictures of the documentation: one of each page. With {@code -Dppool.docs.write=true} they are written to
 * {@code docs/images}, with a hash of the page's files beside them. Without it, the test compares that hash, so that a
 * picture can't show a page that has changed.
 */
@Timeout(180)
class ObserverPicturesTest extends PageTest {

    private static final Path IMAGES = Path.of("..", "docs", "images");
    private static final Path HASH = IMAGES.resolve("observer.sha256");
    private static final Path SOURCES = Path.of("src", "main", "resources", PageFiles.FOLDER);
    private static final int LARGEST = 150_000;
    private static final boolean WRITE = Boolean.getBoolean("ppool.docs.write");

    private static String hash() throws Exception {
        MessageDigest hash = MessageDigest.getInstance("SHA-256");
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.sorted().toList()) {
                hash.update(file.getFileName().toString().getBytes(StandardCharsets.UTF_8));
                hash.update((byte) 0);
                hash.update(Files.readAllBytes(file));
            }
        }
        return HexFormat.of().formatHex(hash.digest());
    }

    @Test
    void the_pictures_show_the_page_as_it_is() throws Exception {
        if (WRITE) {
            return; // the other test makes them
        }
        assertThat(HASH).as("made with the pictures").exists();
        assertThat(Files.readString(HASH).strip())
                .as("the observer's page has changed since its pictures were made. Make them anew, look at them, and"
                        + " commit them:%n  mvn -pl ppool-observer -am test -Dtest=ObserverPicturesTest"
                        + " -Dppool.docs.write=true -Dsurefire.failIfNoSpecifiedTests=false%n")
                .isEqualTo(hash());
        for (String name : List.of("overview", "tree", "pool", "plan", "group", "process", "cluster", "durable")) {
            assertThat(IMAGES.resolve("observer-" + name + ".png")).isRegularFile()
                    .satisfies(file -> assertThat(Files.size(file)).isLessThanOrEqualTo(LARGEST));
        }
    }

    @Test
    void each_page_has_its_picture() throws Exception {
        Path target = Files.createDirectories(WRITE ? IMAGES : Path.of("target", "pictures"));
        browser.scheme("light");
        browser.size(1280, 900);
        busy(target);
        shop(target);
        if (WRITE) {
            Files.writeString(HASH, hash() + "\n");
        }
    }

    private void busy(Path target) throws Exception {
        TestServer busy = Applications.busy();
        show(busy, "#/pools");
        browser.await("all problems", () -> browser.all("#problems li").size() >= 5);
        write(browser, target, "overview");
        show(busy, "#/tree?path=mail");
        for (String open : List.of("senders", "now")) {
            browser.await("the children of " + open, () -> Boolean.TRUE.equals(browser.script(OPEN, open)));
        }
        browser.awaitText("fast");
        browser.find("#journal li");
        write(browser, target, "tree");
        show(busy, "#/pool/smtp-out");
        browser.awaitText("borrowed");
        write(browser, target, "pool");
        show(busy, "#/pool/push");
        browser.awaitText("restarting");
        browser.script("scrollTo(0, document.getElementById('plan-title').getBoundingClientRect().top + scrollY - 60)");
        write(browser, target, "plan");
        group(busy, target);
        show(busy, "#/pool/smtp-out");
        browser.find("#workers tbody tr:last-child th a").click();
        browser.awaitText("is in");
        write(browser, target, "process");
        browser.leave();
    }

    /** Three pools for mail, of which none has a worker to spare. */
    private void group(TestServer busy, Path target) throws Exception {
        Pools pools = busy.context().getBean(Pools.class);
        PoolGroup<?> outgoing = pools.startGroup(PoolGroupSpec.of("outgoing", "smtp-out", "reports", "sms"));
        try {
            for (int customer : List.of(42, 42, 7, 42, 42, 7, 1009)) {
                Task<?> waits = outgoing.tasks(TaskOptions.key("customer-" + customer)).asyncQueue(worker -> {});
                assertThat(waits.state()).isEqualTo(TaskState.QUEUED);
            }
            Task<?> later = outgoing.schedule(Duration.ofHours(2), worker -> {});
            assertThat(later.state()).isEqualTo(TaskState.QUEUED);
            show(busy, "#/group/outgoing");
            browser.await("its keys", () -> browser.all("#keys tbody tr").size() == 2);
            write(browser, target, "group");
        } finally {
            pools.stopGroup("outgoing");
        }
    }

    /** Opens a row of the tree by its name; true if it is open. */
    private static final String OPEN = """
            const row = [...document.querySelectorAll('[role=treeitem]')]
                .find(each => each.querySelector('.name')?.innerText === arguments[0]);
            if (row?.getAttribute('aria-expanded') === 'false') row.querySelector('.twisty').click();
            return row?.getAttribute('aria-expanded') === 'true'""";

    private void shop(Path target) throws Exception {
        TestServer shop = Applications.shop();
        Mails mails = shop.context().getBean(Mails.class);
        for (int i = 0; i < 12; i++) {
            mails.queue().enqueue(i % 5 == 0 ? "" : "mail " + i); // an empty one fails
            mails.queue().with().delay(Duration.ofHours(i + 1)).key("customer-" + (17 + i)).enqueue("later " + i);
        }
        try (TestServer second = Applications.neighbour("host-2");
                TestServer third = Applications.neighbour("host-3");
                Operator operator = Operator.logIn(shop, "operator")) {
            browser.scheme("light");
            browser.size(1280, 900);
            assertThat(second.context().getBean(Pools.class).names()).contains("partner-api");
            third.context().getBean(ClusterOperations.class).drain("host-3");
            operator.open("#/cluster");
            browser.await("the permits and the singletons of all nodes", () -> Boolean.TRUE.equals(browser.script("""
                    const seen = document.querySelector('main').innerText;
                    return seen.includes('host-3') && seen.includes('drained') && seen.includes('partner-api')
                        && document.querySelectorAll('#permits .wants').length > 0
                        && !seen.includes('no node has it')""")));
            write(browser, target, "cluster");
            operator.open("#/durable");
            browser.awaitText("laid down");
            browser.await("the failed ones", () -> browser.all("tr.degraded").size() == 4);
            write(browser, target, "durable");
            third.context().getBean(ClusterOperations.class).undrain("host-3");
        } finally {
            shop.context().getBean(DurableOperations.class).change(Change.CANCEL, Filter.ALL);
        }
    }

    private static void write(Browser browser, Path folder, String name) throws IOException {
        byte[] picture = withFewColours(browser.picture());
        assertThat(picture.length).as(name).isBetween(10_000, LARGEST);
        Files.write(folder.resolve("observer-" + name + ".png"), picture);
    }

    /** The same picture with a table of its 256 most frequent colours, a third of the size. */
    private static byte[] withFewColours(byte[] png) throws IOException {
        BufferedImage full = ImageIO.read(new ByteArrayInputStream(png));
        Map<Integer, Integer> counts = new HashMap<>();
        for (int y = 0; y < full.getHeight(); y++) {
            for (int x = 0; x < full.getWidth(); x++) {
                counts.merge(full.getRGB(x, y) & 0xffffff, 1, Integer::sum);
            }
        }
        int[] table = counts.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(256)
                .mapToInt(Map.Entry::getKey)
                .toArray();
        BufferedImage few = new BufferedImage(full.getWidth(), full.getHeight(), BufferedImage.TYPE_BYTE_INDEXED,
                new IndexColorModel(8, table.length, table, 0, false, -1, 0));
        Map<Integer, Integer> nearest = new HashMap<>();
        for (int y = 0; y < full.getHeight(); y++) {
            for (int x = 0; x < full.getWidth(); x++) {
                few.getRaster().setSample(x, y, 0,
                        nearest.computeIfAbsent(full.getRGB(x, y) & 0xffffff, colour -> nearest(table, colour)));
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertThat(ImageIO.write(few, "png", bytes)).isTrue();
        return bytes.toByteArray();
    }

    private static int nearest(int[] table, int colour) {
        int best = 0;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < table.length; i++) {
            int red = (table[i] >> 16) - (colour >> 16);
            int green = (table[i] >> 8 & 0xff) - (colour >> 8 & 0xff);
            int blue = (table[i] & 0xff) - (colour & 0xff);
            int distance = red * red + green * green + blue * blue;
            if (distance < least) {
                least = distance;
                best = i;
            }
        }
        return best;
    }
}
