package io.github.ppool.sample.phrase;

/**
 * The answer of the program.
 *
 * @param phrase the task in other words
 * @param program the number of the program's process, to kill it
 */
public record Phrase(String phrase, long program) {}
