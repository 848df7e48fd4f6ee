package io.github.ppool.supervisor;

/**
 * When a supervisor ends because its significant children have ended by themselves. Stands for {@code auto_shutdown} of
 * OTP's supervisor flags.
 */
public enum AutoShutdown {
    /** Never. */
    NEVER,
    /** As soon as one of them has. */
    ANY_SIGNIFICANT,
    /** When none of them is left. */
    ALL_SIGNIFICANT
}
