package io.github.ppool.durable.beans;

import java.util.List;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;

/** Refuses {@code PoolTask} methods if there is no database for them. */
public final class TasksWithoutDatabase implements BeanFactoryPostProcessor {

    private final Environment environment;

    /**
     * A check.
     *
     * @param environment resolves placeholders, and tells the switches
     */
    public TasksWithoutDatabase(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        List<TaskMethod> methods = TaskMethods.find(beans, environment).list();
        if (methods.isEmpty()) {
            return;
        }
        boolean hasDatabase = beans.getBeanNamesForType(DataSource.class, true, false).length > 0;
        throw new DurableStartException(
                "The method " + methods.get(0).source() + " runs durable tasks, "
                        + (hasDatabase
                                ? "and this application is no node of a cluster, which they need."
                                : "which need a database, and the application has no DataSource."),
                (hasDatabase
                        ? "Remove ppool.cluster.enabled=false"
                        : "Set spring.datasource.url")
                        + ", or set ppool.durable.enabled to false.",
                null);
    }
}
