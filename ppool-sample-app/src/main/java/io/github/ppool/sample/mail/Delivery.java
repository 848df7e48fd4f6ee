package io.github.ppool.sample.mail;

/**
 * What a mail server answered to a mail.
 *
 * @param accepted whether it took the mail
 * @param answer its own words
 */
public record Delivery(boolean accepted, String answer) {}
