package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.supervisor.Supervisor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a page of children begins: after the child of this number. The number is good for one supervisor: one that was
 * started again numbers its children, which are all others, anew.
 *
 * @param supervisor the number of the supervisor's process
 * @param child the number of the last child of the page before
 */
record PageKey(long supervisor, long child) {

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})");

    /** The first page. */
    private static final PageKey NONE = new PageKey(0, 0);

    /**
     * Reads what an answer has told.
     *
     * @param text null for the first page
     */
    static PageKey of(@Nullable String text) {
        if (text == null) {
            return NONE;
        }
        Matcher key = TEXT.matcher(text);
        if (!key.matches()) {
            throw PoolControl.refused("after must be the next of an answer, such as 7-100, got: " + text);
        }
        return new PageKey(Long.parseLong(key.group(1)), Long.parseLong(key.group(2)));
    }

    static PageKey of(Supervisor supervisor, long child) {
        return new PageKey(supervisor.pid().id(), child);
    }

    /**
     * After which child a supervisor's page begins; it begins with the first one if the key is another supervisor's.
     */
    long childOf(Supervisor asked) {
        return asked.pid().id() == supervisor ? child : 0;
    }

    @Override
    public String toString() {
        return supervisor + "-" + child;
    }
}
