package io.github.ppool.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An exception and its causes, for decisions by their classes. If a class overrides {@code getCause}, that method is
 * foreign code: it may throw, block, or return a ring of causes. So it is called once for each exception, as {@link
 * FailureText} does, and at most {@link FailureText#DEEPEST} causes are followed.
 */
public final class CauseChain {

    private CauseChain() {}

    /**
     * Follows the causes of an exception. Any thread; may block for half a second at the first exception of a class
     * that overrides {@code getCause}.
     *
     * @param thrown any exception
     * @return the exception itself first, then its causes, the outermost first; each object once. A cause that {@code
     *     getCause} does not return is left out, with all its own causes
     */
    public static List<Throwable> of(Throwable thrown) {
        List<Throwable> chain = new ArrayList<>(4);
        Throwable next = thrown;
        while (next != null && chain.size() <= FailureText.DEEPEST && !contains(chain, next)) {
            chain.add(next);
            next = causeOf(next);
        }
        return chain;
    }

    private static @Nullable Throwable causeOf(Throwable thrown) {
        Optional<Throwable> cause = TextGuard.askedForItsCause(
                thrown.getClass(), () -> Optional.ofNullable(thrown.getCause()), why -> Optional.empty());
        return cause.orElse(null);
    }

    @SuppressWarnings("ReferenceEquality") // the equals of an exception is foreign
    private static boolean contains(List<Throwable> chain, Throwable thrown) {
        for (Throwable known : chain) {
            if (known == thrown) {
                return true;
            }
        }
        return false;
    }
}
