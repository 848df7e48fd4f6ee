package io.github.ppool.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * The pictures of the concepts are those that {@link Pictures} draws. With {@code -Dppool.docs.write=true} the test
 * writes them.
 */
class PicturesTest {

    private static final Path IMAGES = Path.of("..", "docs", "images");

    @Test
    void the_files_are_what_is_drawn() throws IOException {
        for (Map.Entry<String, Drawing> picture : Pictures.ALL.entrySet()) {
            Path file = IMAGES.resolve(picture.getKey());
            if (Boolean.getBoolean("ppool.docs.write")) {
                Files.writeString(file, picture.getValue().svg());
            }
            assertThat(file).as("written by this test with -Dppool.docs.write=true").content()
                    .isEqualTo(picture.getValue().svg());
        }
        try (Stream<Path> files = Files.list(IMAGES)) {
            List<String> concepts = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("concept-")).toList();
            assertThat(concepts).containsExactlyInAnyOrderElementsOf(Pictures.ALL.keySet());
        }
    }

    @Test
    void each_picture_is_xml_has_words_for_readers_that_do_not_see_it_and_colours_for_light_and_dark()
            throws Exception {
        for (Drawing drawing : Pictures.ALL.values()) {
            String svg = drawing.svg();
            Element root = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                    .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8))).getDocumentElement();
            assertThat(root.getElementsByTagName("title").item(0).getTextContent()).isNotBlank();
            assertThat(root.getElementsByTagName("desc").item(0).getTextContent()).hasSizeGreaterThan(60);
            assertThat(svg).contains("prefers-color-scheme: dark");
            assertThat(Pattern.compile("(?:fill|stroke)=\"#").matcher(svg).find())
                    .as("a colour that is the same in light and dark").isFalse();
        }
    }

    @Test
    void nothing_is_drawn_beside_the_plane() throws Exception {
        for (Map.Entry<String, Drawing> picture : Pictures.ALL.entrySet()) {
            Element root = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                    .parse(new ByteArrayInputStream(picture.getValue().svg().getBytes(StandardCharsets.UTF_8)))
                    .getDocumentElement();
            int width = Integer.parseInt(root.getAttribute("width"));
            int height = Integer.parseInt(root.getAttribute("height"));
            NodeList boxes = root.getElementsByTagName("rect");
            for (int at = 0; at < boxes.getLength(); at++) {
                Element box = (Element) boxes.item(at);
                if (!box.getAttribute("x").isEmpty()) {
                    assertThat(number(box, "x") + number(box, "width")).as(picture.getKey()).isLessThanOrEqualTo(width);
                    assertThat(number(box, "y") + number(box, "height")).as(picture.getKey())
                            .isLessThanOrEqualTo(height);
                }
            }
            NodeList texts = root.getElementsByTagName("text");
            for (int at = 0; at < texts.getLength(); at++) {
                assertThat(number((Element) texts.item(at), "y")).as(picture.getKey()).isLessThan(height);
            }
        }
    }

    private static int number(Element element, String name) {
        return Integer.parseInt(element.getAttribute(name));
    }
}
