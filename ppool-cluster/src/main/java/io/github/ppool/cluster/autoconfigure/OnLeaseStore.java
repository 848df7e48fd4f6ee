package io.github.ppool.cluster.autoconfigure;

import io.github.ppool.cluster.store.LeaseStore;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/** Matches if there is a database, or a store of the application's own. */
class OnLeaseStore extends AnyNestedCondition {

    OnLeaseStore() {
        super(ConfigurationPhase.REGISTER_BEAN);
    }

    @ConditionalOnBean(DataSource.class)
    static class OnDataSource {}

    @ConditionalOnBean(JdbcConnectionDetails.class)
    static class OnConnectionDetails {}

    @ConditionalOnBean(LeaseStore.class)
    static class OnStore {}
}
