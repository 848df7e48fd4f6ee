package io.github.ppool.site;

import java.nio.file.Path;
import java.util.List;

/** The command that builds the site: with the folder of the repository, that of the site, and the version. */
final class SiteCommand {

    private SiteCommand() {
    }

    /**
     * Builds the site. Ends with an exception, and writes no file, if a link leads nowhere.
     *
     * @param arguments the folder of the repository, the folder of the site, and the version that the pages name
     * @throws Exception if the site can't be built
     */
    public static void main(String... arguments) throws Exception {
        if (arguments.length != 3) {
            throw new IllegalArgumentException(
                    "arguments must be the repository, the site and the version, got: " + List.of(arguments));
        }
        Path root = Path.of(arguments[0]).toAbsolutePath().normalize();
        Path folder = Path.of(arguments[1]).toAbsolutePath().normalize();
        Site site = new Site(root);
        if (!site.faults().isEmpty()) {
            throw new IllegalStateException("each link must lead somewhere:\n" + String.join("\n", site.faults()));
        }
        Javadoc.write(root, folder.resolve("api"), arguments[2]);
        site.write(folder, arguments[2], true);
        System.out.println("The site is in " + folder.resolve("index.html"));
    }
}
