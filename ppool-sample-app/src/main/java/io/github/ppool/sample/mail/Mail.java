package io.github.ppool.sample.mail;

/**
 * An e-mail to send.
 *
 * @param id its Message-ID; the same for each attempt to send it, so that a mail that arrives twice can be recognised
 * @param from the sender
 * @param to the recipient
 * @param subject the subject in one line
 * @param text the body
 */
public record Mail(String id, String from, String to, String subject, String text) {}
