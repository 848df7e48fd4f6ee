package io.github.ppool.pool.engine;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.TaskOptions;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The key of tasks, with its hash and its rules. Immutable, apart from the key itself.
 *
 * <p>Classes of keys are foreign code: {@code hashCode} and {@code equals} may throw, block or change their answers.
 * {@code hashCode} is called once, when the view for the tasks is made; {@code equals} only on the thread that hands a
 * task over, and never under the engine's lock. Short strings and other final classes of the JDK are <em>plain</em>:
 * their {@code equals} is quick and safe, and is called under the lock.
 */
final class TaskKey {

    /** So that no sender can make up different strings that meet in one place of the table. */
    private static final long SEED = ThreadLocalRandom.current().nextLong();
    private static final long ODD = 0x9E3779B97F4A7C15L;
    /** The longest string that is compared under the lock. */
    private static final int LONGEST_PLAIN = 1024;

    private final Object key;
    private final long hash;
    private final boolean plain;
    private final boolean blocks;
    private final boolean sticky;

    private TaskKey(Object key, boolean blocks, boolean sticky) {
        this.key = key;
        this.plain = isPlain(key);
        this.hash = hash(key);
        this.blocks = blocks;
        this.sticky = sticky;
    }

    /**
     * The key of the options; null if they have none. Calls {@code hashCode}, and passes on its exceptions.
     *
     * @param spec has the rules that the options leave open
     */
    static @Nullable TaskKey of(TaskOptions options, PoolSpec<?> spec) {
        return of(options, spec.keyBlocks(), spec.sticky());
    }

    /** As {@link #of(TaskOptions, PoolSpec)}, with the rules that the options may leave open. */
    static @Nullable TaskKey of(TaskOptions options, boolean keyBlocks, boolean sticky) {
        Object key = options.key();
        return key == null
                ? null
                : new TaskKey(key, Objects.requireNonNullElse(options.keyBlocks(), keyBlocks),
                        Objects.requireNonNullElse(options.sticky(), sticky));
    }

    private static boolean isPlain(Object key) {
        return key instanceof String text
                ? text.length() <= LONGEST_PLAIN
                : key instanceof Long || key instanceof Integer || key instanceof UUID || key instanceof Enum<?>
                        || key instanceof Short || key instanceof Byte || key instanceof Character
                        || key instanceof Boolean;
    }

    private static long hash(Object key) {
        return switch (key) {
            case String text -> hash(text);
            case Long number -> mixed(number ^ SEED);
            case Integer number -> mixed(number * ODD ^ SEED);
            case UUID id -> mixed(mixed(id.getMostSignificantBits() ^ SEED) + id.getLeastSignificantBits());
            default -> {
                int own = ForeignCode.ask(key::hashCode);
                yield mixed(own * ODD ^ SEED);
            }
        };
    }

    private static long hash(String text) {
        long sum = SEED;
        for (int i = 0; i < text.length(); i++) {
            sum = (sum ^ text.charAt(i)) * ODD;
            sum ^= sum >>> 32;
        }
        return mixed(sum);
    }

    private static long mixed(long bits) {
        long half = (bits ^ bits >>> 30) * 0xBF58476D1CE4E5B9L;
        half = (half ^ half >>> 27) * 0x94D049BB133111EBL;
        return half ^ half >>> 31;
    }

    long hash() {
        return hash;
    }

    /** The key of the application: foreign code. */
    Object key() {
        return key;
    }

    /** Whether tasks behind this one wait while it waits for its next attempt. */
    boolean blocks() {
        return blocks;
    }

    /** Whether this task prefers the worker that served the key last. */
    boolean isSticky() {
        return sticky;
    }

    /** Whether both are surely equal; calls no foreign code. If not, and both hashes are equal, ask on. */
    @SuppressWarnings("ReferenceEquality") // the same object is equal, even if its equals denies it
    boolean isSurelyEqual(TaskKey other) {
        return key == other.key || plain && key.equals(other.key);
    }

    /** Whether {@link #isSurelyEqual} has said all. */
    boolean isPlain() {
        return plain;
    }

    /** Asks the class of this key; without a lock. Passes on its exceptions. */
    boolean isEqual(TaskKey other) {
        return ForeignCode.ask(() -> key.equals(other.key));
    }
}
