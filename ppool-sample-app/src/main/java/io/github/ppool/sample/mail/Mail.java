package io.github.ppool.sample.mail;

import org.jspecify.annotations.Nullable;

/**
 * An e-mail to send: the payload of a durable task. Its {@code Message-ID} is the key of the task.
 *
 * @param from the sender
 * @param to the recipient
 * @param subject the subject in one line
 * @param text the body
 * @param nagger the nagger that has written it; null for a single reminder
 */
public record Mail(String from, String to, String subject, String text, @Nullable String nagger) {}
