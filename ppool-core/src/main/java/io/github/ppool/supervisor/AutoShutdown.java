package io.github.ppool.supervisor;

/**
 * The rule by which the ends of significant children end their supervisor. Stands for {@code auto_shutdown} of OTP's
 * supervisor flags.
 */
public enum AutoShutdown {
    /** The supervisor goes on. */
    NEVER,
    /** The supervisor ends as soon as one significant child has ended by itself. */
    ANY_SIGNIFICANT,
    /** The supervisor ends when the last significant child has ended. */
    ALL_SIGNIFICANT
}
