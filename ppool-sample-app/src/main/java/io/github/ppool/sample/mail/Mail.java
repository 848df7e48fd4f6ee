package io.github.ppool.sample.mail;

/**
 * An e-mail to send.
 *
 * @param id its Message-ID; the same however often sending it is tried, so that a mail that arrives twice can be
 *         recognised
 * @param from sender
 * @param to recipient
 * @param subject one line
 * @param text what it says
 */
public record Mail(String id, String from, String to, String subject, String text) {}
