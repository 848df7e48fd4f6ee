package io.github.ppool.observer;

import org.jspecify.annotations.Nullable;

/**
 * A request for a file of the page, on any kind of server. An actuator operation knows neither the headers of its
 * request nor those of its answer.
 */
interface Viewer {

    /** An unknown request, as on a server that is neither Spring MVC nor WebFlux. */
    Viewer UNKNOWN = new Viewer() {
        @Override
        public @Nullable String header(String name) {
            return null;
        }

        @Override
        public boolean answerWith(String name, String value) {
            return false;
        }

        @Override
        public void varyBy(String name) {
            // The answer depends on no header then.
        }
    };

    /** A header of the request; null if there is none. */
    @Nullable
    String header(String name);

    /** Sets a header of the answer; false if that can't be done here. */
    boolean answerWith(String name, String value);

    /** Adds a header of the request to those on which the answer depends. */
    void varyBy(String name);
}
