package io.github.ppool.cluster.store;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections straight from the driver. The time limits of PostgreSQL's driver are set from the beginning, so
 * that a server that does not answer is noticed while the connection is opened, too.
 */
public final class DriverConnections implements ConnectionSource {

    private final Driver driver;
    private final String url;
    private final @Nullable String user;
    private final @Nullable String password;

    /**
     * A new source.
     *
     * @param driver the driver
     * @param url the URL of the database
     * @param user the user; null if the URL names it or there is none
     * @param password the password; null for none
     */
    public DriverConnections(Driver driver, String url, @Nullable String user, @Nullable String password) {
        this.driver = Objects.requireNonNull(driver, "driver must not be null");
        this.url = Objects.requireNonNull(url, "url must not be null");
        this.user = user;
        this.password = password;
    }

    @Override
    public Connection open(Duration timeout) throws SQLException {
        Properties properties = new Properties();
        if (user != null) {
            properties.setProperty("user", user);
        }
        if (password != null) {
            properties.setProperty("password", password);
        }
        if (url.startsWith("jdbc:postgresql:")) {
            String seconds = String.valueOf(Math.max(1, timeout.plusMillis(999).toSeconds()));
            properties.setProperty("connectTimeout", seconds);
            properties.setProperty("loginTimeout", seconds);
            properties.setProperty("socketTimeout", seconds);
            properties.setProperty("tcpKeepAlive", "true");
            properties.setProperty("ApplicationName", "ppool-cluster");
        }
        Connection connection = driver.connect(url, properties);
        if (connection == null) {
            throw new SQLException("the driver " + driver.getClass().getName() + " does not know the URL's kind");
        }
        return connection;
    }

    /** {@return the class of the driver; the URL may hold a password} */
    @Override
    public String toString() {
        return driver.getClass().getName();
    }
}
