package io.github.ppool.cluster.store;

/** Reports that the database is none that the store knows. */
public class LeaseDatabaseException extends LeaseStoreException {

    private static final long serialVersionUID = 1L;

    /**
     * A new exception.
     *
     * @param product the name of the database
     */
    public LeaseDatabaseException(String product) {
        super("the database must be PostgreSQL or H2, got: " + product, null);
    }
}
