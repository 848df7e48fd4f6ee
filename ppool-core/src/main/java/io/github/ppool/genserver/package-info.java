/** A server process: requests, messages, idle time-outs and an orderly end, as OTP's {@code gen_server}. */
@NullMarked
package io.github.ppool.genserver;

import org.jspecify.annotations.NullMarked;
