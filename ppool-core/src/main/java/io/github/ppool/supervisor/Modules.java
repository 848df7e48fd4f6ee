package io.github.ppool.supervisor;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The modules of a child, for information. */
final class Modules {

    /** OTP's word for a child that can't tell in advance which code it runs. */
    private static final List<String> DYNAMIC = List.of("dynamic");

    private Modules() {}

    /**
     * Returns the modules of the defaults followed by the child's own. {@code dynamic} of the child wins; {@code
     * dynamic} of the defaults has no effect.
     */
    static List<String> append(@Nullable List<String> inherited, List<String> own) {
        if (inherited == null || inherited.equals(DYNAMIC) || own.equals(DYNAMIC)) {
            return own;
        }
        List<String> all = new ArrayList<>(inherited);
        all.addAll(own);
        return List.copyOf(all);
    }
}
