package io.github.ppool.cluster.autoconfigure;

import io.github.ppool.cluster.engine.LeasedPermitDesk;
import io.github.ppool.cluster.engine.NodeLease;
import io.github.ppool.cluster.engine.RateDesk;
import io.github.ppool.cluster.store.LeaseDatabaseException;
import io.github.ppool.cluster.store.LeaseSchemaException;
import io.github.ppool.spring.boot.PpoolPhases;
import org.springframework.context.SmartLifecycle;

/** Starts the node's lease before the pools, and gives it back after the pools have stopped. */
final class ClusterLifecycle implements SmartLifecycle {

    private final NodeLease lease;
    private final LeasedPermitDesk desk;
    private final RateDesk rates;
    private volatile boolean running;

    ClusterLifecycle(NodeLease lease, LeasedPermitDesk desk, RateDesk rates) {
        this.lease = lease;
        this.desk = desk;
        this.rates = rates;
    }

    @Override
    public void start() {
        desk.start();
        try {
            lease.start();
            rates.start();
            running = true;
        } catch (LeaseSchemaException wrong) {
            throw new ClusterStartException(sentence(wrong), remedy(wrong), wrong);
        } catch (LeaseDatabaseException unknown) {
            throw new ClusterStartException("ppool-cluster can't use this database: " + sentence(unknown),
                    "Use PostgreSQL or H2, by a DataSource bean with @PpoolClusterDataSource if the application's own"
                            + " database is another one.",
                    unknown);
        } finally {
            if (!running) {
                desk.stop();
            }
        }
    }

    private static String sentence(RuntimeException failure) {
        String text = String.valueOf(failure.getMessage());
        return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
    }

    private static String remedy(LeaseSchemaException wrong) {
        String script = "io/github/ppool/cluster/schema-" + wrong.platform() + ".sql of ppool-cluster";
        Integer found = wrong.found();
        if (found == null) {
            return "Set ppool.cluster.initialize-schema to always with a user that may create tables, or run the"
                    + " script " + script + " with the application's migrations.";
        }
        return found > wrong.expected()
                ? "A newer ppool-cluster has made the tables. Use that version in all nodes."
                : "Change the tables as the changelog of ppool says, up to the version of the script " + script + ".";
    }

    @Override
    public void stop() {
        rates.stop();
        lease.stop();
        desk.stop();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PpoolPhases.POOLS - 512;
    }

    /** False, as for the pools: a context that is only paused, for example between tests, keeps its lease. */
    @Override
    public boolean isPauseable() {
        return false;
    }
}
