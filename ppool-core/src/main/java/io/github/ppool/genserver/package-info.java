/**
 * Server processes with requests, messages, idle time-outs and an orderly end, as OTP's {@code gen_server}.
 *
 * <p>Begin with {@link io.github.ppool.genserver.GenServer}, the call-backs of a server, and {@link
 * io.github.ppool.genserver.GenServerRef}, which starts a server and is its handle. {@link
 * io.github.ppool.genserver.ServerContext} has the operations of a server for its call-backs. Inside, {@code
 * ServerLoop} dispatches the messages, and the subclasses of {@link io.github.ppool.genserver.ReplyTo} are the pending
 * calls.
 *
 * <p>A value of this package may be null only where its type is {@code @Nullable}; its text then says the meaning.
 */
@NullMarked
package io.github.ppool.genserver;

import org.jspecify.annotations.NullMarked;
