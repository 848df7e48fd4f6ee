package io.github.ppool.durable.store;

import org.junit.jupiter.api.Nested;

class H2TaskStoreTest {

    @Nested
    class Methods extends JdbcTaskStoreContract {
        Methods() {
            super(TaskDatabases.H2);
        }
    }

    @Nested
    class Transactions extends TaskTransactionsContract {
        Transactions() {
            super(TaskDatabases.H2);
        }
    }

    @Nested
    class Rates extends TaskRatesContract {
        Rates() {
            super(TaskDatabases.H2);
        }
    }

    @Nested
    class Schema extends TaskSchemaContract {
        Schema() {
            super(TaskDatabases.H2);
        }
    }

    @Nested
    class Model extends TaskModelContract {
        Model() {
            super(TaskDatabases.H2);
        }
    }
}
