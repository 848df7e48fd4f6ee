package io.github.ppool.cluster.autoconfigure;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The name of a node that no setting names. */
final class NodeNames {

    private static final int LONGEST_HOST = 150;

    private NodeNames() {}

    /** The name of the machine, and the number of the process. */
    static String ofThisProcess() {
        String host = host();
        return (host.length() > LONGEST_HOST ? host.substring(0, LONGEST_HOST) : host) + ":"
                + ProcessHandle.current().pid();
    }

    private static String host() {
        String variable = System.getenv("HOSTNAME");
        if (variable != null && !variable.isBlank()) {
            return variable.strip();
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "localhost";
        }
    }
}
