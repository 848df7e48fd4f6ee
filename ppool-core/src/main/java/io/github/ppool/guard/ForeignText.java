package io.github.ppool.guard;

import org.jspecify.annotations.Nullable;

/**
 * The text of foreign objects. Their {@code toString} may throw, block, or return a gigabyte; the text from here is
 * never longer than {@link #LONGEST} and comes in bounded time.
 *
 * <p>Classes of the JDK whose text depends on their own state only are called directly. The first object of any other
 * class is called on a thread of its own, with half a second of time. If it answers in time, later objects of that
 * class are called on the calling thread. If it does not, no object of that class is called again, and their text is
 * the name of the class.
 */
public final class ForeignText {

    /** The greatest length of a text, in characters. */
    public static final int LONGEST = TextGuard.LONGEST;
    private static final Texts<String> TEXTS = new Texts<>();

    private ForeignText() {}

    /**
     * Returns the text of an object: its {@code toString}, cut to {@link #LONGEST}. An object of a foreign class is
     * called once. Any thread; may block for half a second.
     *
     * @param object any object; null gives {@code null}
     * @return the text; if {@code toString} throws or does not return, the name of the class with the reason
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
     * Takes the text of a foreign object now, so that later readers need not call the object.
     *
     * @param object any object
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
     * Compares two foreign objects.
     *
     * @param one any object
     * @param other any object
     * @return the answer of the first object's {@code equals}; false if it throws
     */
    @SuppressWarnings({"CatchingUnchecked", "ReferenceEquality"}) // it may throw any exception
    public static boolean areEqual(Object one, Object other) {
        try {
            return one == other || one.equals(other);
        } catch (Throwable thrown) {
            return false;
        }
    }

    /**
     * Returns the hash code of a foreign object.
     *
     * @param object any object
     * @return its {@code hashCode}; that of its class if it throws
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
