package io.github.ppool.observer;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** A request on Spring MVC. */
record ServletViewer(ServletRequestAttributes attributes) implements Viewer {

    /** The request of the calling thread. */
    static Viewer current() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes
                ? new ServletViewer(attributes)
                : Viewer.UNKNOWN;
    }

    @Override
    public @Nullable String header(String name) {
        return attributes.getRequest().getHeader(name);
    }

    @Override
    public boolean answerWith(String name, String value) {
        HttpServletResponse response = attributes.getResponse();
        if (response == null) {
            return false;
        }
        response.setHeader(name, value);
        return true;
    }

    @Override
    public void varyBy(String name) {
        HttpServletResponse response = attributes.getResponse();
        if (response != null) {
            response.addHeader(HttpHeaders.VARY, name);
        }
    }
}
