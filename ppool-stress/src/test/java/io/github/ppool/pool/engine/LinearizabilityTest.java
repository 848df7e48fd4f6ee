package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolStrategy;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Lincheck on the pool as a whole: random scenarios of three threads, each run many times on a pool with its worker
 * processes. {@link SequentialPool} must show the same results in some order of the operations. The numbers are
 * {@code -Dlincheck.scenarios} and {@code -Dlincheck.runs}.
 */
class LinearizabilityTest {

    private static void check(Class<?> real, Class<?> model) {
        new StressOptions()
                .threads(3)
                .actorsPerThread(4)
                .actorsBefore(0)
                .actorsAfter(0)
                .iterations(Integer.getInteger("lincheck.scenarios", 20))
                .invocationsPerIteration(Integer.getInteger("lincheck.runs", 300))
                .sequentialSpecification(model)
                .check(real);
    }

    // ---- the order of service: borrowers, stages and tasks

    /** Operations of every thread while no worker comes or goes. */
    public abstract static class Lending {
        private final PoolUnderLincheck pool;

        Lending(PoolStrategy strategy) {
            pool = new PoolUnderLincheck(strategy, 2, "[restart]");
        }

        @Operation
        public String take(@Param(gen = ThreadIdGen.class) int thread) {
            return pool.take(thread);
        }

        @Operation
        public String giveBack(@Param(gen = ThreadIdGen.class) int thread) {
            return pool.giveBack(thread);
        }

        @Operation
        public String stage(@Param(gen = ThreadIdGen.class) int thread) {
            return pool.stage(thread);
        }

        @Operation
        public String poll(@Param(gen = ThreadIdGen.class) int thread) {
            return pool.poll(thread);
        }

        @Operation
        public String cancel(@Param(gen = ThreadIdGen.class) int thread) {
            return pool.cancel(thread);
        }

        @Operation
        public String run(@Param(gen = ThreadIdGen.class) int thread) {
            return pool.run(thread);
        }

        @Operation
        public String finish(@Param(gen = ThreadIdGen.class) int thread) {
            return pool.finish(thread);
        }

        @Operation
        public int available() {
            return pool.available();
        }
    }

    /** The pool that lends the one that came back last. */
    public static class LendingLifo extends Lending {
        public LendingLifo() {
            super(PoolStrategy.LIFO);
        }
    }

    /** The pool that lends the one that has been idle longest. */
    public static class LendingFifo extends Lending {
        public LendingFifo() {
            super(PoolStrategy.FIFO);
        }
    }

    /** The pool that lends the one that the thread had. */
    public static class LendingAffine extends Lending {
        public LendingAffine() {
            super(PoolStrategy.AFFINE);
        }
    }

    /** The model of {@link LendingLifo}. */
    public static class ModelLifo extends SequentialPool {
        public ModelLifo() {
            super(PoolStrategy.LIFO, 2);
        }
    }

    /** The model of {@link LendingFifo}. */
    public static class ModelFifo extends SequentialPool {
        public ModelFifo() {
            super(PoolStrategy.FIFO, 2);
        }
    }

    /** The model of {@link LendingAffine}. */
    public static class ModelAffine extends SequentialPool {
        public ModelAffine() {
            super(PoolStrategy.AFFINE, 2);
        }
    }

    @Test
    void lifo_lends_the_one_that_came_back_last_and_serves_first_come_first() {
        check(LendingLifo.class, ModelLifo.class);
    }

    @Test
    void fifo_lends_the_one_that_has_been_idle_longest_and_serves_first_come_first() {
        check(LendingFifo.class, ModelFifo.class);
    }

    @Test
    void affine_lends_the_one_that_the_thread_had_and_serves_first_come_first() {
        check(LendingAffine.class, ModelAffine.class);
    }

    // ---- how many there are: workers that die, and another size; not which, since the names of new ones are a matter
    // of chance

    /** Operations of every thread while workers die and are replaced on demand. */
    public abstract static class Dying {
        private final PoolUnderLincheck pool;

        Dying(PoolStrategy strategy) {
            pool = new PoolUnderLincheck(strategy, 2, "[delete]");
        }

        @Operation
        public boolean take(@Param(gen = ThreadIdGen.class) int thread) {
            return isReused(pool.take(thread));
        }

        @Operation
        public String giveBack(@Param(gen = ThreadIdGen.class) int thread) {
            return pool.giveBack(thread);
        }

        @Operation
        public String fail(@Param(gen = ThreadIdGen.class) int thread) {
            return pool.fail(thread);
        }

        @Operation
        public boolean run(@Param(gen = ThreadIdGen.class) int thread) {
            return isReused(pool.run(thread));
        }

        @Operation
        public String finish(@Param(gen = ThreadIdGen.class) int thread) {
            return pool.finish(thread);
        }

        @Operation
        public int available() {
            return pool.available();
        }
    }

    private static boolean isReused(String answer) {
        return answer.startsWith("pool/");
    }

    /** See its parent. */
    public static class DyingLifo extends Dying {
        public DyingLifo() {
            super(PoolStrategy.LIFO);
        }
    }

    /** See its parent. */
    public static class DyingFifo extends Dying {
        public DyingFifo() {
            super(PoolStrategy.FIFO);
        }
    }

    /** See its parent. */
    public static class DyingAffine extends Dying {
        public DyingAffine() {
            super(PoolStrategy.AFFINE);
        }
    }

    /** The model of {@link Dying} and {@link Resized}: counts, so one for all strategies. */
    public static class Counts {
        private final SequentialPool pool = new SequentialPool(PoolStrategy.LIFO, 2);

        public boolean take(int thread) {
            return isReused(pool.take(thread));
        }

        public String giveBack(int thread) {
            return pool.giveBack(thread);
        }

        public String fail(int thread) {
            return pool.fail(thread);
        }

        public boolean run(int thread) {
            return isReused(pool.run(thread));
        }

        public String finish(int thread) {
            return pool.finish(thread);
        }

        public String resize(int size) {
            return pool.resize(size);
        }

        public int available() {
            return pool.available();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Counts that && pool.counts().equals(that.pool.counts());
        }

        @Override
        public int hashCode() {
            return pool.counts().hashCode();
        }
    }

    @Test
    void lifo_counts_right_while_workers_die() {
        check(DyingLifo.class, Counts.class);
    }

    @Test
    void fifo_counts_right_while_workers_die() {
        check(DyingFifo.class, Counts.class);
    }

    @Test
    void affine_counts_right_while_workers_die() {
        check(DyingAffine.class, Counts.class);
    }

    /** Operations of every thread while the pool gets another size. */
    @Param(name = "size", gen = IntGen.class, conf = "1:2")
    public abstract static class Resized {
        private final PoolUnderLincheck pool;

        Resized(PoolStrategy strategy) {
            pool = new PoolUnderLincheck(strategy, 2, "[restart]");
        }

        @Operation
        public boolean take(@Param(gen = ThreadIdGen.class) int thread) {
            return isReused(pool.take(thread));
        }

        @Operation
        public String giveBack(@Param(gen = ThreadIdGen.class) int thread) {
            return pool.giveBack(thread);
        }

        @Operation
        public String resize(@Param(name = "size") int size) {
            return pool.resize(size);
        }

        @Operation
        public int available() {
            return pool.available();
        }
    }

    /** See its parent. */
    @Param(name = "size", gen = IntGen.class, conf = "1:2")
    public static class ResizedLifo extends Resized {
        public ResizedLifo() {
            super(PoolStrategy.LIFO);
        }
    }

    /** See its parent. */
    @Param(name = "size", gen = IntGen.class, conf = "1:2")
    public static class ResizedAffine extends Resized {
        public ResizedAffine() {
            super(PoolStrategy.AFFINE);
        }
    }

    @Test
    void lifo_counts_right_while_it_is_resized() {
        check(ResizedLifo.class, Counts.class);
    }

    @Test
    void affine_counts_right_while_it_is_resized() {
        check(ResizedAffine.class, Counts.class);
    }
}
