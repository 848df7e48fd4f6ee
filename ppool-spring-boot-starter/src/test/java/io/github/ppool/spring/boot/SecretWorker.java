package io.github.ppool.spring.boot;

/** A worker that no answer over the network may show. */
public final class SecretWorker {

    public static final String SECRET = "hunter2";

    @Override
    public String toString() {
        return "worker with password " + SECRET;
    }
}
