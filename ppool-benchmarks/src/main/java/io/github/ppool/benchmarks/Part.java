package io.github.ppool.benchmarks;

import io.github.ppool.benchmarks.borrow.Borrow;
import io.github.ppool.benchmarks.borrow.Borrowers;
import io.github.ppool.benchmarks.borrow.OutcomeProfiler;
import java.util.Locale;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;

/** What is measured, the most telling first. */
enum Part {
    BORROW_1 {
        @Override
        void prepare(ChainedOptionsBuilder options, Plan plan) {
            options.include(exactly(Borrow.class)).threads(1);
        }
    },
    BORROW_2 {
        @Override
        void prepare(ChainedOptionsBuilder options, Plan plan) {
            options.include(exactly(Borrow.class)).threads(2);
        }
    },
    BORROW_8 {
        @Override
        void prepare(ChainedOptionsBuilder options, Plan plan) {
            options.include(exactly(Borrow.class)).threads(8);
        }
    },
    BORROW_8_OF_2 {
        @Override
        void prepare(ChainedOptionsBuilder options, Plan plan) {
            options.include(exactly(Borrow.class)).threads(8).param("objects", "2");
        }
    },
    BORROWERS {
        @Override
        void prepare(ChainedOptionsBuilder options, Plan plan) {
            options.include(exactly(Borrowers.class))
                    .addProfiler(OutcomeProfiler.class)
                    .warmupIterations(1)
                    .param("millis", Integer.toString(plan.millis * 2));
        }
    };

    abstract void prepare(ChainedOptionsBuilder options, Plan plan);

    String fileName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String exactly(Class<?> benchmark) {
        return benchmark.getName().replace(".", "\\.") + "\\.";
    }
}
