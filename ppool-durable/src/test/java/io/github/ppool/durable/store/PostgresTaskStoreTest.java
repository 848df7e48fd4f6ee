package io.github.ppool.durable.store;

import org.junit.jupiter.api.Nested;

class PostgresTaskStoreTest {

    @Nested
    class Methods extends JdbcTaskStoreContract {
        Methods() {
            super(TaskDatabases.POSTGRESQL);
        }
    }

    @Nested
    class Transactions extends TaskTransactionsContract {
        Transactions() {
            super(TaskDatabases.POSTGRESQL);
        }
    }

    @Nested
    class Rates extends TaskRatesContract {
        Rates() {
            super(TaskDatabases.POSTGRESQL);
        }
    }

    @Nested
    class Schema extends TaskSchemaContract {
        Schema() {
            super(TaskDatabases.POSTGRESQL);
        }
    }

    @Nested
    class Model extends TaskModelContract {
        Model() {
            super(TaskDatabases.POSTGRESQL);
        }
    }
}
