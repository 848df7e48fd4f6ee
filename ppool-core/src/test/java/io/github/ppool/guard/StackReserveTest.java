package io.github.ppool.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The promises of {@link StackReserve}: after a return there is stack left, else there is an error. The
 * proof that no operation of a pool is stopped half-way needs virtual machines of their own: {@code StackOverflowTest}.
 */
class StackReserveTest {

    /** So that no compiler leaves out the look at the array. */
    private static volatile int touched;
    /** As the pool has it: no constant. */
    private static Object[] array = new Object[0];

    /** The kinds of steps. */
    private enum Reserve {
        MESSAGE(StackReserve.MESSAGE, StackReserve::forMessage),
        CHECKOUT_ON_AN_ARRAY(StackReserve.CHECKOUT, () -> touched = StackReserve.forCheckoutOn(array)),
        SIGNAL(StackReserve.SIGNAL, StackReserve::forSignal),
        LOCK(StackReserve.LOCK, StackReserve::forLock),
        LOCK_APART(StackReserve.LOCK, StackReserve::forLockApart),
        OPERATION(StackReserve.OPERATION, StackReserve::forOperation);
        private final int bytes;
        private final Runnable ensure;

        Reserve(int bytes, Runnable ensure) {
            this.bytes = bytes;
            this.ensure = ensure;
        }

        /**
         * Frames of this test that fit into the reserve with room to spare: each takes 32 slots and the size of a frame
         * besides.
         */
        private int frames() {
            return bytes / (2 * (32 * 8 + 128));
        }
    }

    /** The outcome of a recursion to the end of the stack. */
    private static final class Descent {
        private final Reserve reserve;
        private int ensured;
        private int ends;
        private int broken;
        private long sum;

        private Descent(Reserve reserve) {
            this.reserve = reserve;
        }

        private void downTo(int depth) {
            boolean hasReserve;
            try {
                reserve.ensure.run();
                hasReserve = true;
            } catch (StackOverflowError refusal) {
                hasReserve = false;
            }
            if (hasReserve) {
                ensured++;
                try {
                    sum += use(reserve.frames(), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
                } catch (StackOverflowError broke) {
                    broken++;
                }
            } else {
                ends++;
                if (ends > 20) {
                    return; // near enough to the end
                }
            }
            try {
                downTo(depth + 1);
            } catch (StackOverflowError end) {
                ends++; // compiled code makes sure of the reserve where it enters the method
            }
        }

        private static long use(
                int frames, long a, long b, long c, long d, long e, long f, long g, long h, long i, long j, long k,
                long l, long m, long n, long o) {
            return frames == 0
                    ? a + b + c + d + e + f + g + h + i + j + k + l + m + n + o
                    : use(frames - 1, b, c, d, e, f, g, h, i, j, k, l, m, n, o, a) + 1;
        }
    }

    private static Descent descend(Reserve reserve, Thread.Builder builder) throws Exception {
        CompletableFuture<Descent> end = new CompletableFuture<>();
        Thread thread = builder.start(() -> {
            Descent descent = new Descent(reserve);
            descent.downTo(0);
            end.complete(descent);
        });
        Descent descent = end.get(50, TimeUnit.SECONDS);
        thread.join();
        return descent;
    }

    private static void check(Thread.Builder builder) throws Exception {
        for (Reserve reserve : Reserve.values()) {
            check(descend(reserve, builder));
        }
    }

    private static void check(Descent descent) {
        assertThat(descent.ensured).as("depths with a reserve").isPositive();
        assertThat(descent.ends).as("depths without one").isPositive();
        assertThat(descent.broken).as("overflows within the reserve").isZero();
        assertThat(descent.sum).isPositive();
    }

    @Test
    void near_the_end_of_a_platform_threads_stack_there_is_a_reserve_or_an_error() throws Exception {
        for (int i = 0; i < 5; i++) { // the code is interpreted at first, and compiled later
            check(Thread.ofPlatform());
        }
    }

    @Test
    void near_the_end_of_a_virtual_threads_stack_there_is_a_reserve_or_an_error() throws Exception {
        for (int i = 0; i < 5; i++) {
            check(Thread.ofVirtual());
        }
    }

    /** The behaviour of a virtual machine of its own, with the given compiler. */
    public static void main(String[] arguments) throws Exception {
        for (int i = 0; i < 5; i++) {
            check(Thread.ofPlatform());
            check(Thread.ofVirtual());
        }
        System.out.println("all is well");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:TieredStopAtLevel=3", "-XX:-TieredCompilation"})
    void whatever_compiles_the_code_there_is_a_reserve_or_an_error(String option, @TempDir Path folder)
            throws Exception {
        File output = folder.resolve("output").toFile();
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process machine = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), option,
                "-cp", path, StackReserveTest.class.getName()).redirectErrorStream(true).redirectOutput(output).start();
        try {
            assertThat(machine.waitFor(300, TimeUnit.SECONDS)).isTrue();
            assertThat(output).content().isEqualTo("all is well\n");
        } finally {
            machine.destroyForcibly();
        }
    }

    @Test
    void with_stack_enough_nothing_happens() {
        for (int i = 0; i < 100_000; i++) {
            for (Reserve reserve : Reserve.values()) {
                reserve.ensure.run();
            }
        }
        assertThat(Reserve.values()).extracting(reserve -> reserve.bytes).isSorted();
        assertThat(touched).isZero();
    }
}
