package io.github.ppool.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The picture of the page in the documentation. {@link PageInBrowserTest} makes it, with a hash of the page's files
 * beside it where {@code -Dppool.docs.write=true} is given. This test compares the hash, so that the picture can't show
 * a page that has changed. It needs no browser.
 */
class PagePictureTest {

    static final boolean WRITE = Boolean.getBoolean("ppool.docs.write");
    private static final Path IMAGES = Path.of("..", "docs", "images");
    private static final Path HASH = IMAGES.resolve("sample-page.sha256");
    private static final Path SOURCES = Path.of("src", "main", "resources", "static");

    static void write(byte[] picture) throws Exception {
        Path folder = Files.createDirectories(WRITE ? IMAGES : Path.of("target", "pictures"));
        Files.write(folder.resolve("sample-page.png"), picture);
        if (WRITE) {
            Files.writeString(HASH, hash() + "\n");
        }
    }

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
    void the_picture_shows_the_page_as_it_is() throws Exception {
        if (WRITE) {
            return; // the browser makes it
        }
        assertThat(Files.readString(HASH).strip())
                .as("the page has changed since its picture was made. Make it anew, look at it, and commit it:%n"
                        + "  mvn -pl ppool-sample-app -am test -Dtest='PageInBrowserTest#the_picture*'"
                        + " -Dppool.docs.write=true -Dsurefire.failIfNoSpecifiedTests=false%n")
                .isEqualTo(hash());
        assertThat(IMAGES.resolve("sample-page.png")).isRegularFile();
    }
}
