package io.github.ppool.pool;

import io.github.ppool.genserver.CallTimeoutException;
import io.github.ppool.genserver.ServerExitedException;
import io.github.ppool.process.NoProcessException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The one list of exceptions that speak of a broken resource, the default of {@link PoolSpec.Builder#crashOn}: a
 * connection that is closed or out of step, a call that may still be answered, a process that is gone. The list names
 * classes, because most of them need not be there. The nearest superclass in the list decides; a class without one
 * does not tell the state of the resource. docs/how-to/judge-exceptions.md shows the list.
 */
final class BrokenResource {

    /** The verdict of this class on resources: true if broken. In the order of the documentation. */
    static final Map<String, Boolean> LIST = list();

    /**
     * SQL states of a connection that is lost, beside the class 08: the server shuts down or has crashed (57P01 to
     * 57P03), and the disconnect errors of SQL-92 and of Sybase's driver.
     */
    private static final Set<String> LOST_CONNECTION = Set.of("57P01", "57P02", "57P03", "01002", "JZ0C0", "JZ0C1");

    private static final String SQL = "java.sql.SQLException";
    private static final int MOST_CHAINED = 20;

    private BrokenResource() {}

    private static Map<String, Boolean> list() {
        Map<String, Boolean> list = new LinkedHashMap<>();
        List.of(
                "java.io.IOException",
                TimeoutException.class.getName(),
                "java.sql.SQLNonTransientConnectionException",
                "java.sql.SQLTransientConnectionException",
                "java.sql.SQLRecoverableException",
                "java.sql.SQLTimeoutException",
                "javax.naming.CommunicationException",
                CallTimeoutException.class.getName(),
                ServerExitedException.class.getName(),
                NoProcessException.class.getName(),
                // below a class of the other list
                "java.io.StreamCorruptedException")
                .forEach(name -> list.put(name, true));
        List.of(
                // files and names that are not there
                "java.io.FileNotFoundException",
                "java.nio.file.FileSystemException",
                "java.nio.file.attribute.UserPrincipalNotFoundException",
                "java.nio.channels.FileLockInterruptionException",
                "java.net.MalformedURLException",
                "java.net.UnknownServiceException",
                // data that can't be read or written
                "java.nio.charset.CharacterCodingException",
                "java.io.CharConversionException",
                "java.io.UnsupportedEncodingException",
                "java.io.UTFDataFormatException",
                "java.io.ObjectStreamException",
                "java.util.InvalidPropertiesFormatException",
                "java.util.zip.ZipException",
                "javax.imageio.IIOException",
                "com.fasterxml.jackson.core.JsonProcessingException",
                "com.google.gson.stream.MalformedJsonException",
                "com.squareup.moshi.JsonEncodingException",
                "com.google.protobuf.InvalidProtocolBufferException",
                "org.apache.commons.csv.CSVException",
                // answers that came in good order, and say no
                "org.apache.http.client.HttpResponseException",
                "org.apache.hc.client5.http.HttpResponseException",
                "com.google.api.client.http.HttpResponseException",
                "org.jsoup.HttpStatusException",
                "org.jsoup.UnsupportedMimeTypeException")
                .forEach(name -> list.put(name, false));
        return list;
    }

    /** Whether this exception, its causes left aside, speaks of a broken resource. */
    static boolean isTold(Throwable thrown) {
        Boolean told = nearest(thrown);
        return told != null ? told : isOfSql(thrown) && Sql.isConnectionLost(thrown);
    }

    private static @Nullable Boolean nearest(Throwable thrown) {
        for (Class<?> type = thrown.getClass(); type != null; type = type.getSuperclass()) {
            Boolean told = LIST.get(type.getName());
            if (told != null) {
                return told;
            }
        }
        return null;
    }

    private static boolean isOfSql(Throwable thrown) {
        for (Class<?> type = thrown.getClass(); type != null; type = type.getSuperclass()) {
            if (type.getName().equals(SQL)) {
                return true;
            }
        }
        return false;
    }

    /** Apart, because the module java.sql may be missing: this class is loaded only for an exception of that module. */
    private static final class Sql {

        /** Its own state, or one of the exceptions that it is chained with. */
        static boolean isConnectionLost(Throwable thrown) {
            SQLException next = (SQLException) thrown;
            for (int i = 0; next != null && i < MOST_CHAINED; i++) {
                String state = next.getSQLState();
                if (Boolean.TRUE.equals(nearest(next))
                        || (state != null && (state.startsWith("08") || LOST_CONNECTION.contains(state)))) {
                    return true;
                }
                next = next.getNextException();
            }
            return false;
        }
    }
}
