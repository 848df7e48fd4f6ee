package io.github.ppool.sample.mail;

/**
 * The answer of a mail server to a mail.
 *
 * @param accepted true if the server accepted the mail
 * @param answer the text of the server
 */
public record Delivery(boolean accepted, String answer) {}
