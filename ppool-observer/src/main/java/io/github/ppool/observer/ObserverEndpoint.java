package io.github.ppool.observer;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.core.io.Resource;

/**
 * The observer's page as an actuator endpoint, on servlets. So the page has the base path, the port, the exposure and
 * the protection of the other endpoints. It only reads: the page acts through the endpoint {@code ppool}.
 *
 * <p>Any thread may call it. It does not block.
 */
@WebEndpoint(id = ObserverPage.ID, defaultAccess = Access.READ_ONLY)
public class ObserverEndpoint {

    private final ObserverPage page;
    private final Supplier<Viewer> viewer;
    private final Supplier<@Nullable CsrfHeader> csrf;

    /**
     * @param page the answers
     * @param viewer supplies the request of the calling thread
     * @param csrf supplies the token that belongs to this request
     */
    ObserverEndpoint(ObserverPage page, Supplier<Viewer> viewer, Supplier<@Nullable CsrfHeader> csrf) {
        this.page = page;
        this.viewer = viewer;
        this.csrf = csrf;
    }

    /**
     * Leads to the page.
     *
     * @return a small HTML page, which refers the browser to {@code observer/page}
     */
    @ReadOperation(produces = ObserverPage.HTML)
    public WebEndpointResponse<Resource> entrance() {
        return page.entrance();
    }

    /**
     * A file of the page.
     *
     * @param name {@code page} for the page itself, the name of a script, a style or an image, or {@code session.json}
     * @return the file with its content type; status 404 if there is none of that name
     */
    @ReadOperation(produces = {
            ObserverPage.HTML, ObserverPage.SCRIPT, ObserverPage.STYLE, ObserverPage.IMAGE, ObserverPage.JSON})
    public WebEndpointResponse<Resource> file(@Selector String name) {
        return name.equals(ObserverPage.SESSION)
                ? page.session(viewer.get(), csrf.get())
                : page.file(name, viewer.get());
    }
}
