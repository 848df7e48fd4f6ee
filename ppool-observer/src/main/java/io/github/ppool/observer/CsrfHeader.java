package io.github.ppool.observer;

/** The header that Spring Security wants with a POST of this viewer. */
record CsrfHeader(String name, String token) {}
