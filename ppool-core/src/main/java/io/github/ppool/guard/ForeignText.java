package io.github.ppool.guard;

import org.jspecify.annotations.Nullable;

/**
 * The text of objects that the library did not write. Their {@code toString} may throw, block, or give a gigabyte; what
 * comes out here is never longer than {@link #LONGEST} and comes in bounded time.
 *
 * <p>Classes of the JDK whose text is a matter of their own state are asked directly. The first object of any other
 * class is asked on a thread of its own, which has half a second: if it answers in time, later objects of
 * that class are asked on the calling thread; if it does not, no object of that class is asked again, and their text is
 * the name of the class.
 */
public final class ForeignText {

    /** The greatest length of a text, in characters. */
    public static final int LONGEST = TextGuard.LONGEST;
    private static final Texts<String> TEXTS = new Texts<>();

    private ForeignText() {}

    /**
     * The text of an object: its {@code toString}, cut to {@link #LONGEST}. An object of a foreign class is asked once.
     * Any thread; may block for half a second.
     *
     * @param object any; null gives {@code null}
     * @return the text; if {@code toString} throws or does not return, the name of the class and what happened
     */
    public static String of(@Nullable Object object) {
        return switch (object) {
            case null -> "null";
            case String text -> TextGuard.cut(text);
            case Throwable thrown -> FailureText.of(thrown).toString();
            default ->
                TextGuard.isTrustedClass(object.getClass()) ? asked(object) : TEXTS.of(object, () -> asked(object));
        };
    }

    /**
     * Has the text of an object taken now, if it is of a foreign class: so that those who want it later need not ask
     * the object.
     *
     * @param object any
     */
    public static void take(Object object) {
        if (object instanceof Throwable thrown) {
            var unused = FailureText.of(thrown);
        } else if (!TextGuard.isTrustedClass(object.getClass())) {
            var unused = of(object);
        }
    }

    private static String asked(Object object) {
        return TextGuard.asked(object.getClass(), () -> TextGuard.cut(String.valueOf(object.toString())),
                why -> TextGuard.nameOf(object.getClass()) + why);
    }

    /**
     * Whether two foreign objects are equal.
     *
     * @param one any
     * @param other any
     * @return what the first one's {@code equals} says; false if it throws
     */
    @SuppressWarnings({"CatchingUnchecked", "ReferenceEquality"}) // it may throw anything
    public static boolean areEqual(Object one, Object other) {
        try {
            return one == other || one.equals(other);
        } catch (Throwable thrown) {
            return false;
        }
    }

    /**
     * The hash code of a foreign object.
     *
     * @param object any
     * @return what it says; that of its class if it throws
     */
    @SuppressWarnings("CatchingUnchecked") // as above
    public static int hashOf(Object object) {
        try {
            return object.hashCode();
        } catch (Throwable thrown) {
            return object.getClass().hashCode();
        }
    }
}
