package io.github.ppool.durable.autoconfigure;

import io.github.ppool.durable.beans.DurableStartException;
import io.github.ppool.durable.beans.TaskHandlers;
import io.github.ppool.durable.engine.TaskHandler;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.ResourceTransactionManager;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionTemplate;

/** Finds the transactions in which transactional methods run. */
final class TransactionsOfApplication {

    private final ObjectProvider<PlatformTransactionManager> managers;
    private final DataSource application;

    TransactionsOfApplication(ObjectProvider<PlatformTransactionManager> managers, DataSource application) {
        this.managers = managers;
        this.application = application;
    }

    /**
     * The transactions of the application; null if it has none, or more than one kind.
     *
     * @throws DurableStartException if a method is transactional, and there is no transaction manager for it
     */
    @Nullable
    TransactionOperations of(TaskHandlers handlers) {
        PlatformTransactionManager manager = managers.getIfUnique();
        Optional<TaskHandler> transactional = handlers.list().stream().filter(TaskHandler::transactional).findFirst();
        if (transactional.isPresent()) {
            check(manager, "The @PoolTask method of '" + transactional.get().name() + "' is transactional");
        }
        return manager == null ? null : new TransactionTemplate(manager);
    }

    private void check(@Nullable PlatformTransactionManager manager, String who) {
        if (manager == null) {
            boolean none = managers.stream().findAny().isEmpty();
            throw new DurableStartException(
                    who + (none
                            ? ", and there is no PlatformTransactionManager."
                            : ", and there are several PlatformTransactionManager beans, of which none is the primary"
                                    + " one."),
                    none
                            ? "Add spring-boot-starter-jdbc or a PlatformTransactionManager bean of the DataSource."
                            : "Mark that of the DataSource with @Primary.",
                    null);
        }
        if (manager instanceof ResourceTransactionManager ofResource
                && ofResource.getResourceFactory() instanceof DataSource other
                && !target(other).equals(target(application))) {
            throw new DurableStartException(
                    who + ", but the PlatformTransactionManager is that of another DataSource than the application's"
                            + " primary one: its transactions can't end tasks.",
                    "Mark the DataSource of the transactions with @Primary.", null);
        }
    }

    private static DataSource target(DataSource source) {
        DataSource target = source;
        while (target instanceof DelegatingDataSource delegating && delegating.getTargetDataSource() != null) {
            target = delegating.getTargetDataSource();
        }
        return target;
    }
}
