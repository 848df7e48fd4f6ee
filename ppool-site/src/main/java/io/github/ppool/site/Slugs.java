package io.github.ppool.site;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The anchors of one page, as GitHub makes them from headings. So a link works there and on the site. */
final class Slugs {

    private final Map<String, Integer> used = new HashMap<>();

    /** The anchor of the next heading of the page. A text that has been there gets a number. */
    String next(String heading) {
        String slug = heading.strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
        int times = used.merge(slug, 1, Integer::sum);
        return times == 1 ? slug : slug + "-" + (times - 1);
    }
}
