package io.github.ppool.cluster.autoconfigure;

import io.github.ppool.cluster.store.ConnectionSource;
import io.github.ppool.cluster.store.DriverConnections;
import java.sql.Driver;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.util.ClassUtils;

/**
 * Finds the connections of the cluster, which are never those of the application's pool: the heartbeat must not wait
 * for the application's statements. The first that is there counts: a {@code DataSource} with {@code
 * PpoolClusterDataSource}, Spring Boot's connection details, the URL and the user of the application's {@code
 * DataSource}.
 */
public final class ClusterConnections {

    private static final String REMEDY = "Declare a DataSource bean with @PpoolClusterDataSource that is used by"
            + " nothing else and makes a connection for each call, such as a SimpleDriverDataSource or a pool of 4"
            + " connections.";

    private ClusterConnections() {}

    /**
     * Finds the connections. Opens none.
     *
     * @param own the {@code DataSource} of the library's own; null if there is none
     * @param details the connection details of Spring Boot; null if there are none
     * @param ofApplication the {@code DataSource} beans of the application, only the primary one if there is one
     * @return connections that no other part of the application uses
     */
    public static ConnectionSource of(
            @Nullable DataSource own, @Nullable JdbcConnectionDetails details, List<DataSource> ofApplication) {
        if (own != null) {
            return timeout -> own.getConnection();
        }
        if (details != null) {
            return of(details);
        }
        if (ofApplication.isEmpty()) {
            throw new ClusterStartException("ppool-cluster needs a database, and the application has no DataSource.",
                    "Set spring.datasource.url, or remove ppool-cluster.", null);
        }
        if (ofApplication.size() > 1) {
            throw new ClusterStartException("The application has " + ofApplication.size()
                    + " DataSource beans, and none of them is the primary one: ppool-cluster can't choose.",
                    REMEDY, null);
        }
        return derived(ofApplication.get(0));
    }

    private static ConnectionSource of(JdbcConnectionDetails details) {
        try {
            Class<?> driver = ClassUtils.forName(details.getDriverClassName(), null);
            return new DriverConnections(
                    (Driver) BeanUtils.instantiateClass(driver),
                    details.getJdbcUrl(),
                    details.getUsername(),
                    details.getPassword());
        } catch (ReflectiveOperationException | RuntimeException | LinkageError failed) {
            throw new ClusterStartException("ppool-cluster can't use the driver " + details.getDriverClassName() + ".",
                    "Add the driver's library, or correct spring.datasource.driver-class-name.", failed);
        }
    }

    private static ConnectionSource derived(DataSource application) {
        try {
            SimpleDriverDataSource plain = DataSourceBuilder.derivedFrom(application)
                    .type(SimpleDriverDataSource.class)
                    .build();
            return new DriverConnections(
                    Objects.requireNonNull(plain.getDriver()),
                    Objects.requireNonNull(plain.getUrl()),
                    plain.getUsername(),
                    plain.getPassword());
        } catch (RuntimeException | LinkageError failed) {
            throw new ClusterStartException("ppool-cluster needs connections outside of the application's pool, and the"
                    + " URL and the user of the DataSource of class " + application.getClass().getName()
                    + " can't be found.", REMEDY, failed);
        }
    }
}
