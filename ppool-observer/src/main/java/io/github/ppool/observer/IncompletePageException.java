package io.github.ppool.observer;

import org.jspecify.annotations.Nullable;

/** A file of the page is not on the class path, or can't be read. */
final class IncompletePageException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String artifact;

    /**
     * @param artifact the artifact that has the file; empty if it is there and can't be read
     * @param file the file that is missing
     * @param cause the failure to read, or null
     */
    IncompletePageException(String artifact, String file, @Nullable Throwable cause) {
        super("the observer's page has no " + file, cause);
        this.artifact = artifact;
    }

    String artifact() {
        return artifact;
    }
}
