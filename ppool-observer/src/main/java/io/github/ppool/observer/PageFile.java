package io.github.ppool.observer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.util.MimeType;
import org.springframework.util.function.SingletonSupplier;

/** One file of the page, as browsers get it. Immutable; any thread may use it. */
final class PageFile {

    private final Resource plain;
    private final SingletonSupplier<Resource> compressed;
    private final MimeType type;
    private final String tag;

    private PageFile(byte[] content, MimeType type) {
        this.plain = new ByteArrayResource(content);
        // Compressed when a browser asks first: an application that is never looked at does not pay for it.
        this.compressed = SingletonSupplier.of(() -> new ByteArrayResource(gzip(content)));
        this.type = type;
        // A weak tag: Tomcat does not compress an answer that has a strong one.
        this.tag = "W/\"" + hash(content) + "\"";
    }

    static PageFile of(String name, String content) {
        MimeType type = switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> new MimeType("text", "html", StandardCharsets.UTF_8);
            case "js" -> new MimeType("text", "javascript", StandardCharsets.UTF_8);
            case "css" -> new MimeType("text", "css", StandardCharsets.UTF_8);
            case "svg" -> new MimeType("image", "svg+xml", StandardCharsets.UTF_8);
            default -> throw new IllegalArgumentException(
                    "a file of the page is html, js, css or svg, got: " + name);
        };
        return new PageFile(content.getBytes(StandardCharsets.UTF_8), type);
    }

    Resource plain() {
        return plain;
    }

    Resource compressed() {
        return compressed.obtain();
    }

    MimeType type() {
        return type;
    }

    String tag() {
        return tag;
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(content);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // it is written to memory
        }
        return bytes.toByteArray();
    }

    private static String hash(byte[] content) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible); // each Java platform has it
        }
    }
}
