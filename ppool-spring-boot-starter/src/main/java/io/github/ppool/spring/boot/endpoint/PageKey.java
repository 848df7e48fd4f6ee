package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.supervisor.Supervisor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The start of a page of children: the page begins after the child with this number. The number belongs to one
 * supervisor. A restarted supervisor has new children and numbers them from the start.
 *
 * @param supervisor the number of the supervisor's process
 * @param child the number of the last child on the page before
 */
record PageKey(long supervisor, long child) {

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})");

    /** The key of the first page. */
    private static final PageKey NONE = new PageKey(0, 0);

    /**
     * Parses the key of an answer.
     *
     * @param text the key; null for the first page
     */
    static PageKey of(@Nullable String text) {
        if (text == null) {
            return NONE;
        }
        Matcher key = TEXT.matcher(text);
        if (!key.matches()) {
            throw Refusal.of("after must be the next of an answer, such as 7-100, got: " + text);
        }
        return new PageKey(Long.parseLong(key.group(1)), Long.parseLong(key.group(2)));
    }

    static PageKey of(Supervisor supervisor, long child) {
        return new PageKey(supervisor.pid().id(), child);
    }

    /**
     * The number of the child after which a page of a supervisor begins. A key of another supervisor begins with the
     * first child.
     */
    long childOf(Supervisor asked) {
        return asked.pid().id() == supervisor ? child : 0;
    }

    @Override
    public String toString() {
        return supervisor + "-" + child;
    }
}
