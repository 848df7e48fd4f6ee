/**
 * Workers that are processes of the operating system. Begin with {@link io.github.ppool.port.PortFactory}, which starts
 * programs, and {@link io.github.ppool.port.Port}, which sends requests to one of them.
 *
 * <p>Stands for the ports of Erlang: {@code open_port/2} with {@code spawn_executable}.
 *
 * <p>A value of this package may be null only where its type is {@code @Nullable}; its text then says the meaning.
 */
@NullMarked
package io.github.ppool.port;

import org.jspecify.annotations.NullMarked;
