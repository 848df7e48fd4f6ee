package io.github.ppool.port;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A virtual machine with programs, for {@link PortEndTest}. It closes no pool. */
final class EndingJvm {

    private EndingJvm() {}

    /** Prints the numbers of its programs, and ends when its input ends. */
    @SuppressWarnings("SystemOut") // its parent reads it
    public static void main(String[] script) throws Exception {
        Pools pools = Pools.start(new ProcessSystem());
        PoolClient<Port> pool = pools.startPool(PoolSpec
                .builder("ports", PortFactory.builder("sh", "-c", script[0]).inheritEnvironment("PATH")
                        .exitGrace(Duration.ofMillis(500)).build())
                .size(3)
                .maxOverflow(0)
                .build());
        List<Lease<Port>> leases = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            leases.add(pool.checkout(Duration.ofSeconds(30)));
        }
        for (Lease<Port> lease : leases) {
            System.out.println(lease.worker().pid());
        }
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // until the end of the input
        }
        System.exit(0);
    }
}
