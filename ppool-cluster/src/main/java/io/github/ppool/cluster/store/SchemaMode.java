package io.github.ppool.cluster.store;

/** Says when the tables are created at the start of a node. */
public enum SchemaMode {
    /** If the database is an H2 database of this JVM, in memory or in a file. */
    EMBEDDED,
    /** In any database. */
    ALWAYS,
    /** Not at all: the application's migrations create them. */
    NEVER
}
