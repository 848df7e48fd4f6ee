package io.github.ppool.observer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.json.JsonWriter;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.util.HtmlUtils;

/** The answers of the endpoint, for all kinds of servers. Any thread may call it. */
final class ObserverPage {

    /** The id of the endpoint. */
    static final String ID = "observer";
    /** The type of the page, and of the other files. */
    static final String HTML = "text/html;charset=UTF-8";
    static final String SCRIPT = "text/javascript";
    static final String STYLE = "text/css";
    static final String IMAGE = "image/svg+xml";
    static final String JSON = "application/json";
    /** The file that depends on the viewer. */
    static final String SESSION = "session.json";

    /** The meta element of the page has the same, but for the last directive, which a meta element can't have. */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    /** A weight of zero. */
    private static final Pattern REFUSED = Pattern.compile(";q=0(\\.0*)?$");
    private static final EndpointId OBSERVER = EndpointId.of(ID);
    private static final EndpointId PPOOL = EndpointId.of("ppool");
    private static final MimeType JSON_TYPE = MimeTypeUtils.parseMimeType(JSON);

    private final PageFiles files;
    private final ObjectProvider<PathMappedEndpoints> endpoints;

    /**
     * @param files the files of the page
     * @param endpoints supplies the paths of all endpoints, which are known after the endpoints are made
     */
    ObserverPage(PageFiles files, ObjectProvider<PathMappedEndpoints> endpoints) {
        this.files = files;
        this.endpoints = endpoints;
    }

    /** Leads from the endpoint's own path to the page below it, so that the page's files have relative addresses. */
    WebEndpointResponse<Resource> entrance() {
        String path = path(OBSERVER);
        String last = Objects.requireNonNullElse(path, ID);
        String page = HtmlUtils.htmlEscape(last.substring(last.lastIndexOf('/') + 1)) + "/page";
        String html = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>ppool observer</title>"
                + "<meta http-equiv=\"refresh\" content=\"0; url=" + page + "\">"
                // Or the browser asks the application for an icon.
                + "<link rel=\"icon\" href=\"data:,\"></head>"
                + "<body><a href=\"" + page + "\">ppool observer</a></body></html>";
        PageFile file = PageFile.of("entrance.html", html);
        return new WebEndpointResponse<>(file.plain(), WebEndpointResponse.STATUS_OK, file.type());
    }

    /** A file of the page; 404 for any other name. */
    WebEndpointResponse<Resource> file(String name, Viewer viewer) {
        PageFile file = files.file(name.equals("page") ? "page.html" : name).orElse(null);
        if (file == null || name.equals("page.html")) {
            return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
        }
        guard(viewer, "no-cache");
        viewer.answerWith("ETag", file.tag());
        viewer.varyBy("Accept-Encoding");
        String known = viewer.header("If-None-Match");
        if (known != null && known.contains(file.tag())) {
            return new WebEndpointResponse<>(304);
        }
        boolean compressed = acceptsGzip(viewer) && viewer.answerWith("Content-Encoding", "gzip");
        return new WebEndpointResponse<>(
                compressed ? file.compressed() : file.plain(), WebEndpointResponse.STATUS_OK, file.type());
    }

    /**
     * The surroundings of the page: the way to the endpoint {@code ppool}, and the token with which
     * this viewer may act.
     */
    WebEndpointResponse<Resource> session(Viewer viewer, @Nullable CsrfHeader csrf) {
        guard(viewer, "no-store");
        Map<String, Object> session = new LinkedHashMap<>();
        String here = Objects.requireNonNullElse(path(OBSERVER), ID);
        String data = path(PPOOL);
        if (data != null) {
            // The page is one level below the endpoint, which may be mapped to a path of several segments.
            int up = 1 + (int) here.chars().filter(each -> each == '/').count();
            session.put("ppool", String.join("/", Collections.nCopies(up, "..")) + "/" + data);
        }
        if (csrf != null) {
            session.put("csrf", Map.of("header", csrf.name(), "token", csrf.token()));
        }
        String json = JsonWriter.standard().writeToString(session);
        return new WebEndpointResponse<>(new ByteArrayResource(json.getBytes(StandardCharsets.UTF_8)),
                WebEndpointResponse.STATUS_OK, JSON_TYPE);
    }

    private static void guard(Viewer viewer, String caching) {
        viewer.answerWith("Cache-Control", caching);
        viewer.answerWith("Content-Security-Policy", POLICY);
        viewer.answerWith("X-Content-Type-Options", "nosniff");
        viewer.answerWith("Referrer-Policy", "no-referrer");
    }

    private static boolean acceptsGzip(Viewer viewer) {
        String accepted = viewer.header("Accept-Encoding");
        return accepted != null && Arrays.stream(accepted.toLowerCase(Locale.ROOT).split(","))
                .map(each -> each.replace(" ", ""))
                .anyMatch(each -> each.startsWith("gzip") && !REFUSED.matcher(each).find());
    }

    /** The path of an endpoint below the base path; null if it is not exposed. */
    private @Nullable String path(EndpointId endpoint) {
        PathMappedEndpoints all = endpoints.getIfAvailable();
        return all == null ? null : all.getRootPath(endpoint);
    }
}
