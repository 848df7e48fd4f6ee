package io.github.ppool.spring.boot.observe;

/**
 * A pool or a supervision tree of the journal.
 *
 * @param kind which of the two
 * @param name its name
 */
record Subject(Kind kind, String name) {

    /** The kinds of subjects. */
    enum Kind {
        POOL("pool"),
        TREE("tree");

        final String key;

        Kind(String key) {
            this.key = key;
        }
    }

    static Subject pool(String name) {
        return new Subject(Kind.POOL, name);
    }

    static Subject tree(String name) {
        return new Subject(Kind.TREE, name);
    }
}
