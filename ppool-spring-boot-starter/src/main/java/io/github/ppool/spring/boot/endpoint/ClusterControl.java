package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.guard.GuardedLog;
import io.github.ppool.spring.boot.ClusterOperations;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/** The cluster's part of the endpoint. In an application without a cluster it has no content. */
final class ClusterControl {

    /** The place of the cluster at the endpoint. A pool or tree of that name takes it. */
    static final String NAME = "cluster";

    private static final GuardedLog logger = GuardedLog.of(ClusterControl.class);

    private final ObjectProvider<ClusterOperations> operations;
    private final Predicate<String> isTaken;

    /**
     * Makes the part.
     *
     * @param operations supplies the cluster; called for each request
     * @param isTaken tells if a pool or tree has a name
     */
    ClusterControl(ObjectProvider<ClusterOperations> operations, Predicate<String> isTaken) {
        this.operations = operations;
        this.isTaken = isTaken;
    }

    /** True if a name in a request means the cluster. */
    boolean isNamed(String name) {
        return name.equals(NAME) && !isTaken.test(name) && operations.getIfUnique() != null;
    }

    /** The cluster at the moment; null if there is none. */
    @Nullable
    ClusterDescriptor show() {
        ClusterOperations cluster = operations.getIfUnique();
        return cluster == null ? null : ClusterDescriptor.of(asked(cluster::status));
    }

    boolean handOver(ChangeRequest request) {
        String singleton = request.requiredSingleton();
        return changed(cluster -> cluster.handOver(singleton));
    }

    boolean drain(ChangeRequest request) {
        String node = request.requiredNode();
        return changed(cluster -> cluster.drain(node));
    }

    boolean undrain(ChangeRequest request) {
        String node = request.requiredNode();
        return changed(cluster -> cluster.undrain(node));
    }

    boolean broadcast(ChangeRequest request) {
        String pool = request.requiredOn();
        String name = request.requiredName();
        return changed(cluster -> {
            try {
                return cluster.broadcast(pool, name, request.payload(), request.within());
            } catch (IllegalArgumentException wrong) {
                throw Refusal.of(String.valueOf(wrong.getMessage()));
            }
        });
    }

    private boolean changed(Predicate<ClusterOperations> change) {
        ClusterOperations cluster = operations.getIfUnique();
        return cluster != null && asked(() -> change.test(cluster));
    }

    private interface Question<T> {
        T ask();
    }

    private static <T> T asked(Question<T> question) {
        try {
            return question.ask();
        } catch (InvalidEndpointRequestException refused) {
            throw refused;
        } catch (RuntimeException failed) { // of the store; its text may have an address or a password
            logger.warn("the store of the cluster does not answer an operator", failed);
            throw new StoreUnreachableException("the store of the cluster", failed);
        }
    }
}
