package io.github.ppool.durable.autoconfigure;

import io.github.ppool.cluster.PpoolClusterDataSource;
import io.github.ppool.durable.beans.DurableStartException;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Finds the {@code DataSource} of the transactions that hand tasks over. */
final class ApplicationDataSource {

    private ApplicationDataSource() {}

    /** The primary or only one. That of the cluster alone does not count beside another one. */
    static DataSource of(ConfigurableListableBeanFactory beans, ObjectProvider<DataSource> all) {
        DataSource unique = all.getIfUnique();
        if (unique != null) {
            return unique;
        }
        List<String> names = Arrays.stream(
                BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, DataSource.class))
                .filter(name -> beans.findAnnotationOnBean(name, PpoolClusterDataSource.class) == null)
                .toList();
        if (names.size() == 1) {
            return beans.getBean(names.get(0), DataSource.class);
        }
        throw new DurableStartException(
                "The application has " + names.size() + " DataSource beans (" + String.join(", ", names)
                        + "), and none of them is the primary one: ppool-durable can't choose.",
                "Mark the DataSource whose transactions hand tasks over with @Primary.", null);
    }
}
