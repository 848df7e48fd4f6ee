package io.github.ppool.spring.boot;

import io.github.ppool.supervisor.Supervisor;
import java.util.Optional;
import java.util.Set;

/**
 * The supervision trees of the application: one for each bean that is a
 * {@link io.github.ppool.supervisor.SupervisorSpec}, and one for each bean that is {@link Supervised}. They hang under
 * the supervisor {@code ppool}, beside the pools; are started after the pools and before the web server, in the order
 * of the beans; and are stopped after the web server and before the pools, in reverse. Each is a bulkhead as the pools
 * are, unless the pools {@linkplain io.github.ppool.pool.Pools#sharedIntensity share an intensity}: a tree that ends
 * too often stays down, and takes nothing else with it.
 *
 * <p>All methods may be called from any thread and do not block.
 */
public interface SupervisionTrees {

    /**
     * The names of the trees, which are the names of their beans.
     *
     * @return in the order of their start; empty before the trees are started and after they were stopped
     */
    Set<String> names();

    /**
     * The supervisor at the top of a tree. A handle is good until that supervisor ends: one that gave up and was
     * started again is another one, so ask again instead of keeping it.
     *
     * @param name the name of the bean
     * @return empty if there is no such tree, or its supervisor does not run at the moment
     */
    Optional<Supervisor> supervisor(String name);

    /**
     * Whether a tree has given up: its supervisor has ended too often, and is not started again by itself. A tree whose
     * supervisor is about to be started again has not given up.
     *
     * @param name the name of the bean
     * @return false if there is no such tree; unless overridden, whether there is one whose supervisor does not run
     */
    default boolean hasGivenUp(String name) {
        return names().contains(name) && supervisor(name).isEmpty();
    }
}
