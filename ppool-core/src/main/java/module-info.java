/**
 * Supervised worker pools without any framework: pools, supervisors, processes, servers, restart plans and clocks.
 *
 * <p>The engine of the pools and the data structures that it is built of are not exported: they are no API, and change
 * without notice.
 */
module io.github.ppool.core {
    requires static com.google.errorprone.annotations;
    requires java.sql;
    requires static transitive org.jspecify;
    requires transitive org.slf4j;

    exports io.github.ppool.genserver;
    exports io.github.ppool.guard;
    exports io.github.ppool.pool;
    exports io.github.ppool.port;
    exports io.github.ppool.process;
    exports io.github.ppool.restart;
    exports io.github.ppool.supervisor;
    exports io.github.ppool.time;
}
