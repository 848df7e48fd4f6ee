package io.github.ppool.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How much the threads of this JVM have allocated, virtual ones included (on their carriers' account). */
public final class Allocation {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    /** In bytes, since the JVM was started. */
    public static long bytes() {
        return THREADS.getTotalThreadAllocatedBytes();
    }
}
