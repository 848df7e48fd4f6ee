package io.github.ppool.benchmarks.borrow;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How much the threads of this JVM have allocated, virtual ones included (on their carriers' account). */
final class Allocation {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    static long bytes() {
        return THREADS.getTotalThreadAllocatedBytes();
    }
}
