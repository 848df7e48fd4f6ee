package io.github.ppool.observer;

import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;

/** A server without a table of paths, such as Jersey's. */
final class NoEndpoints implements ObjectProvider<PathMappedEndpoints> {

    @Override
    public Stream<PathMappedEndpoints> stream() {
        return Stream.empty();
    }
}
