package io.github.ppool.spring.boot.beans;

import io.github.ppool.guard.GuardedLog;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessBody;
import io.github.ppool.process.ProcessStatus;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.PpoolPhases;
import io.github.ppool.spring.boot.Scope;
import io.github.ppool.spring.boot.UserCode;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.Shutdown;
import io.github.ppool.supervisor.SupervisorSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** The beans that are supervision trees: specifications, and supervised beans. */
public final class TreeBeans {

    private static final GuardedLog logger = GuardedLog.of(TreeBeans.class);

    private final ConfigurableListableBeanFactory beans;
    private final ProcessSystem system;
    private final SupervisedBeans supervised;
    /** The last process of each supervised bean. */
    private final Map<String, Pid> processes = new ConcurrentHashMap<>();

    /**
     * The trees of a context.
     *
     * @param beans the bean factory of the context
     * @param system the process system of the trees
     * @param supervised the supervised beans, and the scopes of specifications
     */
    public TreeBeans(ConfigurableListableBeanFactory beans, ProcessSystem system,
            SupervisedBeans supervised) {
        this.beans = beans;
        this.system = system;
        this.supervised = supervised;
    }

    /**
     * The specifications of all trees, by the names of the beans. The order is that of {@link Order}, with the
     * specification beans first. The call makes the beans.
     *
     * @return a new map
     */
    public Map<String, SupervisorSpec> trees() {
        Map<String, SupervisorSpec> trees = new LinkedHashMap<>();
        String[] specifications = beans.getBeanNamesForType(SupervisorSpec.class, false, true);
        if (specifications.length > 0) {
            Arrays.stream(specifications)
                    // A bean that is not a candidate for injection is part of another specification.
                    .filter(name -> !beans.containsBeanDefinition(name)
                            || beans.getBeanDefinition(name).isAutowireCandidate())
                    .sorted(Comparator.comparingInt(this::order))
                    .forEach(name -> trees.put(name, beans.getBean(name, SupervisorSpec.class)));
        }
        if (!supervised.loops().isEmpty()) {
            supervised.loops().values().stream()
                    .sorted(Comparator.comparingInt(bean -> order(bean.name())))
                    .forEach(bean -> trees.put(bean.name(), tree(bean)));
        }
        return trees;
    }

    /**
     * The scope of a tree.
     *
     * @param name the name of its bean
     * @return {@link Scope#NODE} unless the annotation or a setting says otherwise
     */
    public Scope scope(String name) {
        return supervised.scope(name);
    }

    /**
     * Checks that there is a bean that decides where the trees of the cluster run. No bean is made.
     *
     * @param hasClusterScope true if there is a {@code ClusterScope}
     * @throws InvalidPpoolBeanException if there is none, and a tree needs one
     */
    public void checkScopes(boolean hasClusterScope) {
        for (String name : supervised.names()) {
            if (!hasClusterScope && supervised.scope(name) == Scope.CLUSTER) {
                throw new InvalidPpoolBeanException(
                        "The supervised bean '" + name + "' has the scope cluster, but the application has no"
                                + " cluster: there is no ClusterScope bean.",
                        "Add the module ppool-cluster and a DataSource to the application, or set"
                                + " ppool.supervised." + name + ".scope to node.",
                        null);
            }
        }
    }

    private int order(String name) {
        Order order = beans.findAnnotationOnBean(name, Order.class);
        return order == null ? Ordered.LOWEST_PRECEDENCE : order.value();
    }

    private SupervisorSpec tree(SupervisedBean bean) {
        SupervisedBean.Period period = bean.period();
        ProcessBody body = period == null ? body(bean.name()) : period.repeated(body(bean.name()));
        ChildStart start = ChildStart.body(bean.name(), self -> {
            processes.put(bean.name(), self.self());
            body.run(self);
        });
        return SupervisorSpec.oneForOne(bean.name())
                .children(ChildSpec.of(bean.name(), start)
                        .policy(bean.policy())
                        .shutdown(Shutdown.after(bean.shutdown()))
                        .modules(UserCode.nameOf(beans.getBean(bean.name()))));
    }

    private ProcessBody body(String name) {
        return switch (beans.getBean(name)) {
            case SmartLifecycle lifecycle ->
                beans.getBean(SupervisedBean.watchName(name), SupervisedLifecycle.class)::watch;
            case ProcessBody process -> process;
            case Runnable loop -> self -> loop.run();
            case Object other -> throw new InvalidPpoolBeanException(
                    "The bean '" + name + "' is annotated with @Supervised, but " + other.getClass().getName()
                            + " is no Runnable, ProcessBody or SmartLifecycle.",
                    "Return one of these types, or remove @Supervised.",
                    null);
        };
    }

    /**
     * Waits for the threads of supervised beans. A process that was told to stop is dead at once, but the code of its
     * bean may still run.
     *
     * @param atMost the longest wait
     * @throws InterruptedException if the calling thread is interrupted; the threads go on
     */
    public void awaitThreads(Duration atMost) throws InterruptedException {
        long from = System.nanoTime();
        for (SupervisedBean bean : supervised.loops().values()) {
            Pid pid = processes.remove(bean.name());
            long limit = Math.min(PpoolPhases.limited(atMost).toNanos(),
                    PpoolPhases.limited(bean.shutdown()).toNanos());
            while (pid != null && system.info(pid).status() != ProcessStatus.ENDED) {
                if (System.nanoTime() - from > limit) {
                    logger.warn(
                            "the supervised bean '{}' was interrupted and still runs after {}: it should end when its"
                                    + " thread is interrupted",
                            bean.name(),
                            Duration.ofNanos(limit));
                    break;
                }
                Thread.sleep(5);
            }
        }
    }
}
