package io.github.ppool.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
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
    void each_drawing_of_the_documentation_has_a_colour_for_the_dark_in_the_place_of_each_of_its_colours()
            throws IOException {
        for (Path file : drawings()) {
            String svg = Files.readString(file);
            Pattern.compile("(fill|stroke)=\"(#\\w+)\"").matcher(svg.replaceAll("(?s)<style>.*?</style>", ""))
                    .results()
                    .forEach(colour -> assertThat(inTheDark(file, svg, colour.group(1), colour.group(2)))
                            .isNotEqualTo(colour.group(2)));
        }
    }

    @Test
    void the_words_of_each_drawing_can_be_read_in_the_dark() throws IOException {
        for (Path file : drawings()) {
            String svg = Files.readString(file);
            if (svg.contains("fill=\"#ffffff\"")) {
                double page = luminance(inTheDark(file, svg, "fill", "#ffffff"));
                // 4.5 is the least contrast of small words in the guidelines for accessible content
                Pattern.compile("<text[^>]* fill=\"(#\\w+)\"").matcher(svg).results()
                        .map(word -> word.group(1)).distinct()
                        .filter(colour -> !colour.equals("#ffffff")) // white words stand on a coloured box
                        .forEach(colour -> assertThat(
                                (luminance(inTheDark(file, svg, "fill", colour)) + 0.05) / (page + 0.05))
                                .as("contrast of %s in %s", colour, file).isGreaterThan(4.5));
            }
        }
    }

    private static List<Path> drawings() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("..", "docs"))) {
            List<Path> found = files.filter(file -> file.toString().endsWith(".svg")).sorted().toList();
            assertThat(found).hasSizeGreaterThan(20);
            return found;
        }
    }

    private static String inTheDark(Path file, String svg, String of, String colour) {
        String rule = Pattern.quote("[" + of + "=\"" + colour + "\"]") + "\\s*\\{\\s*" + of + ":\\s*(#[0-9a-f]{6})\\b";
        int dark = svg.indexOf("@media (prefers-color-scheme: dark)");
        Matcher found = Pattern.compile(rule).matcher(svg);
        assertThat(dark >= 0 && found.find(dark)).as("a rule for %s=%s in the dark in %s", of, colour, file).isTrue();
        return found.group(1);
    }

    /** The relative luminance of a colour, from 0 to 1, as the guidelines for accessible content define it. */
    private static double luminance(String colour) {
        double sum = 0;
        double[] shares = {0.2126, 0.7152, 0.0722};
        for (int part = 0; part < 3; part++) {
            double value = Integer.parseInt(colour.substring(1 + 2 * part, 3 + 2 * part), 16) / 255.0;
            sum += shares[part] * (value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4));
        }
        return sum;
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
