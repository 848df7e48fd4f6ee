package io.github.ppool.benchmarks;

import io.github.ppool.benchmarks.borrow.Borrow;
import io.github.ppool.benchmarks.borrow.Borrowers;
import io.github.ppool.benchmarks.growth.PoolGrowth;
import io.github.ppool.benchmarks.growth.QueueGrowth;
import io.github.ppool.benchmarks.handover.HandOver;
import io.github.ppool.benchmarks.handover.OneByOne;
import io.github.ppool.benchmarks.supervision.ChildrenGrowth;
import io.github.ppool.benchmarks.supervision.Crowds;
import io.github.ppool.benchmarks.supervision.Flood;
import io.github.ppool.benchmarks.supervision.OneForAll;
import io.github.ppool.benchmarks.supervision.Supervision;
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
                    .addProfiler(Told.class)
                    .warmupIterations(1);
            if (plan == Plan.FULL) {
                options.param("millis", "2000");
            } else {
                options.measurementIterations(2)
                        .param("millis", Integer.toString(plan.millis * 5 / 3))
                        .param("crowd", "P2_OF_10", "P8_OF_10", "P8_OF_2", "V64_NOTHING", "V64_YIELD", "V64_50US",
                                "V1000_YIELD", "V1000_50US");
            }
        }
    },
    HANDOVER {
        @Override
        void prepare(ChainedOptionsBuilder options, Plan plan) {
            options.include(exactly(HandOver.class)).include(exactly(OneByOne.class));
        }
    },
    SUPERVISION {
        @Override
        void prepare(ChainedOptionsBuilder options, Plan plan) {
            options.include(exactly(Supervision.class))
                    .include(exactly(Flood.class))
                    .include(exactly(OneForAll.class))
                    .addProfiler(Told.class);
        }
    },
    CROWDS {
        @Override
        void prepare(ChainedOptionsBuilder options, Plan plan) {
            options.include(exactly(Crowds.class))
                    .addProfiler(Told.class)
                    // Each time in a new JVM, or memory that the time before has used is counted as there already.
                    .forks(plan == Plan.FULL ? 5 : plan.iterations - plan.iterations / 2)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    // A heap that is given back: or the resident memory would be that of long gone garbage.
                    .jvmArgs("-Xms64m", "-Xmx6g", "-XX:+UseSerialGC", "-XX:MinHeapFreeRatio=5",
                            "-XX:MaxHeapFreeRatio=10")
                    .param("children", plan == Plan.FULL ? new String[]{"100000", "1000000"} : new String[]{"100000"});
        }
    },
    GROWTH {
        @Override
        void prepare(ChainedOptionsBuilder options, Plan plan) {
            options.include(exactly(PoolGrowth.class))
                    .include(exactly(QueueGrowth.class))
                    .include(exactly(ChildrenGrowth.class))
                    .jvmArgs("-Xms2g", "-Xmx6g");
            if (plan != Plan.FULL) {
                options.param("strategy", "LIFO");
            }
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
