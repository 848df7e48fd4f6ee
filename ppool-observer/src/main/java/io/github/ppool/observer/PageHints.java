package io.github.ppool.observer;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** Registers the files of the page for a native image. */
final class PageHints implements RuntimeHintsRegistrar {

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        hints.resources().registerPattern(PageFiles.FOLDER + "*");
        for (PageFiles.Library library : PageFiles.Library.values()) {
            hints.resources().registerPattern(library.pattern());
        }
    }
}
