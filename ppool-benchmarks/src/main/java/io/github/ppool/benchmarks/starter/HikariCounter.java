package io.github.ppool.benchmarks.starter;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * HikariCP's {@code getConnection} with the meters that Spring Boot gives it, in the same application. Its connections
 * lead to no database and do nothing, so that only the pool is measured.
 */
final class HikariCounter implements Counter {

    private final Application application;
    private final HikariDataSource pool;

    HikariCounter(Application application) {
        this.application = application;
        HikariConfig config = new HikariConfig();
        config.setPoolName("office");
        config.setDataSource(new Stub());
        config.setMaximumPoolSize(Application.WORKERS);
        config.setMinimumIdle(Application.WORKERS);
        config.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(application.bean(MeterRegistry.class)));
        pool = new HikariDataSource(config);
    }

    @Override
    public Object once() throws Exception {
        try (Connection connection = pool.getConnection()) {
            return connection;
        }
    }

    @Override
    public void close() {
        pool.close();
        application.close();
    }

    /** Makes connections that answer everything with nothing. */
    private static final class Stub implements DataSource {

        private static final InvocationHandler NOTHING = (proxy, method, arguments) -> {
            Class<?> type = method.getReturnType();
            if (type == void.class) {
                return null;
            }
            return type == boolean.class ? (Object) true : type == int.class ? (Object) 0 : null;
        };

        @Override
        public Connection getConnection() {
            return (Connection) Proxy.newProxyInstance(Stub.class.getClassLoader(), new Class<?>[]{Connection.class},
                    NOTHING);
        }

        @Override
        public Connection getConnection(String user, String password) {
            return getConnection();
        }

        @Override
        public @Nullable PrintWriter getLogWriter() {
            return null;
        }

        @Override
        public void setLogWriter(@Nullable PrintWriter out) {}

        @Override
        public void setLoginTimeout(int seconds) {}

        @Override
        public int getLoginTimeout() {
            return 0;
        }

        @Override
        public Logger getParentLogger() {
            return Logger.getGlobal();
        }

        @Override
        public <T> T unwrap(Class<T> type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isWrapperFor(Class<?> type) {
            return false;
        }
    }
}
