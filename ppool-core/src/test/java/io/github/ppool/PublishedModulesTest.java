package io.github.ppool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** The BOM, the POMs, the API check and the page of versions tell of the same modules. */
class PublishedModulesTest {

    private static final Path ROOT = Path.of("..");
    private static final String BOM = "ppool-bom";

    @Test
    void the_bom_names_every_published_module_and_nothing_else() throws Exception {
        List<String> managed = texts(pom(BOM), "dependencyManagement", "dependencies", "dependency", "artifactId");
        List<String> expected = published().stream().filter(module -> !module.equals(BOM)).toList();
        assertThat(expected).contains("ppool-core", "ppool-spring-boot-starter", "ppool-test");
        assertThat(managed).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(texts(pom(BOM), "dependencyManagement", "dependencies", "dependency", "version"))
                .containsOnly("${project.version}");
    }

    @Test
    void the_sample_is_not_published() throws Exception {
        assertThat(texts(pom(""), "modules", "module")).contains("ppool-sample-app");
        assertThat(published()).doesNotContain("ppool-sample-app");
    }

    @Test
    void every_published_module_has_a_name_a_description_and_a_module_name_which_its_packages_begin_with()
            throws Exception {
        String page = Files.readString(ROOT.resolve("docs/versions.md"));
        for (String module : published()) {
            assertThat(texts(pom(module), "name")).as("<name> of %s", module).hasSize(1);
            assertThat(texts(pom(module), "description")).as("<description> of %s", module).hasSize(1);
            if (module.equals(BOM)) {
                continue;
            }
            List<String> names = texts(pom(module), "properties", "ppool.module");
            Path sources = sources(module);
            if (Files.exists(sources.resolve("module-info.java"))) {
                assertThat(names).as("the property ppool.module of %s, which has a descriptor", module).isEmpty();
                assertThat(page).contains("| `" + module + "` | `io.github." + module.replace('-', '.') + "` |");
            } else {
                assertThat(names).as("the property ppool.module of %s", module).hasSize(1);
                assertThat(page).contains("| `" + module + "` | `" + names.getFirst() + "` |");
                assertThat(packages(sources)).as("packages of %s", module)
                        .allMatch(name -> (name + ".").startsWith(names.getFirst() + "."));
            }
        }
    }

    @Test
    void what_the_api_check_leaves_out_exists() throws Exception {
        List<String> packages = new ArrayList<>();
        for (String module : published()) {
            if (!module.equals(BOM)) {
                packages.addAll(packages(sources(module)));
            }
        }
        List<String> excluded = texts(pom(""), "build", "pluginManagement", "plugins", "plugin", "configuration",
                "parameter", "excludes", "exclude");
        assertThat(excluded).isNotEmpty();
        assertThat(packages).containsAll(excluded);
    }

    @Test
    void the_api_check_and_the_page_of_versions_have_the_same_packages() throws Exception {
        List<String> excluded = texts(pom(""), "build", "pluginManagement", "plugins", "plugin", "configuration",
                "parameter", "excludes", "exclude");
        String table = Files.readString(ROOT.resolve("docs/versions.md")).split("packages of the API \\|\n", 2)[1]
                .split("\n\n", 2)[0];
        for (String module : published()) {
            if (module.equals(BOM)) {
                continue;
            }
            List<String> checked = new ArrayList<>();
            for (String name : packages(sources(module))) {
                if (!excluded.contains(name) && hasPublicType(sources(module).resolve(name.replace('.', '/')))) {
                    checked.add(name);
                }
            }
            assertThat(checked).as("packages of %s", module)
                    .containsExactlyInAnyOrderElementsOf(promised(table, module, checked));
        }
    }

    /** The packages in the row of a module: names below the one before them, or all that the module has. */
    private static List<String> promised(String table, String module, List<String> all) {
        List<String> names = table.lines().filter(line -> line.startsWith("| `" + module + "` |"))
                .flatMap(line -> Pattern.compile("`([^`]+)`").matcher(line).results().skip(1))
                .map(name -> name.group(1))
                .toList();
        if (names.isEmpty()) {
            return List.of(); // a module without an API, such as the observer
        }
        String base = names.getFirst().startsWith("io.") ? names.getFirst() : "io.github.ppool";
        if (table.contains("`" + base + "` with all below it")) {
            return all.stream().filter(name -> (name + ".").startsWith(base + ".")).toList();
        }
        return names.stream().map(name -> name.startsWith("io.") ? name : base + "." + name).toList();
    }

    private static boolean hasPublicType(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (file.toString().endsWith(".kt") || Files.readString(file).lines().anyMatch(line -> line
                        .matches("public ([a-z-]+ )*(class|interface|@interface|record|enum) .*"))) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void the_page_of_versions_the_workflow_and_the_first_hour_name_the_same_lines_of_spring_boot() throws Exception {
        String newest = texts(pom(""), "properties", "spring-boot.version").getFirst();
        String older = Pattern.compile("^older_lines=\\(([^)]+)\\)$", Pattern.MULTILINE)
                .matcher(Files.readString(ROOT.resolve(".ci/first-hour")))
                .results().map(result -> result.group(1)).findFirst().orElseThrow();
        List<String> lines = new ArrayList<>(List.of(older.split(" ")));
        lines.add(newest);
        assertThat(Files.readString(ROOT.resolve(".github/workflows/build.yml")))
                .contains("boot: [" + String.join(", ", lines) + "]")
                .contains("if: matrix.boot == '" + newest + "'");
        assertThat(Files.readString(ROOT.resolve("docs/versions.md")).lines()
                .filter(line -> line.startsWith("| Spring Boot |")))
                .singleElement().asString().contains(lines);
    }

    private static List<String> published() throws Exception {
        List<String> modules = new ArrayList<>();
        for (String module : texts(pom(""), "modules", "module")) {
            if (!texts(pom(module), "properties", "maven.deploy.skip").contains("true")) {
                modules.add(module);
            }
        }
        return modules;
    }

    private static Path sources(String module) {
        Path java = ROOT.resolve(module).resolve("src/main/java");
        return Files.exists(java) ? java : ROOT.resolve(module).resolve("src/main/kotlin");
    }

    private static List<String> packages(Path sources) throws IOException {
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(file -> file.getFileName().toString().matches(".*\\.(java|kt)"))
                    .map(file -> sources.relativize(file).getParent())
                    .filter(folder -> folder != null)
                    .map(folder -> folder.toString().replace(folder.getFileSystem().getSeparator(), "."))
                    .distinct()
                    .toList();
        }
    }

    private static Element pom(String module) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(ROOT.resolve(module).resolve("pom.xml").toFile()).getDocumentElement();
    }

    /** The texts of all elements that the names lead to, from the root down. */
    private static List<String> texts(Element root, String... names) {
        List<Element> found = List.of(root);
        for (String name : names) {
            List<Element> next = new ArrayList<>();
            for (Element element : found) {
                for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
                    if (child instanceof Element inner && inner.getTagName().equals(name)) {
                        next.add(inner);
                    }
                }
            }
            found = next;
        }
        return found.stream().map(element -> element.getTextContent().strip()).toList();
    }
}
