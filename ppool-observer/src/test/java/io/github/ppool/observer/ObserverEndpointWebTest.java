package io.github.ppool.observer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.observer.TestServer.Application;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;

/** The page over HTTP, from a Tomcat under Spring MVC and a Netty under WebFlux. */
class ObserverEndpointWebTest {

    private static final Map<WebApplicationType, TestServer> SERVERS = new EnumMap<>(WebApplicationType.class);

    private static TestServer server(WebApplicationType type) {
        return SERVERS.computeIfAbsent(type, each -> TestServer.start(each, Application.class));
    }

    @AfterAll
    static void stop() {
        SERVERS.values().forEach(TestServer::close);
        SERVERS.clear();
    }

    @ParameterizedTest
    @CsvSource({
            "SERVLET, page, text/html, <!DOCTYPE html>", "REACTIVE, page, text/html, <!DOCTYPE html>",
            "SERVLET, preact.js, text/javascript, export{", "REACTIVE, preact.js, text/javascript, export{",
            "SERVLET, uplot.js, text/javascript, export default uPlot;",
            "REACTIVE, uplot.js, text/javascript, export default uPlot;",
            "SERVLET, uplot.css, text/css, .uplot", "REACTIVE, uplot.css, text/css, .uplot",
    })
    void each_file_has_its_type_and_headers(
            WebApplicationType type, String name, String contentType, String part) throws Exception {
        HttpResponse<String> answer = server(type).get("/actuator/observer/" + name, "Accept", "*/*");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains(part).doesNotContain("sourceMappingURL");
        assertThat(header(answer, "Content-Type")).isEqualTo(contentType + ";charset=UTF-8");
        assertThat(header(answer, "Cache-Control")).isEqualTo("no-cache");
        assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(answer, "Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(header(answer, "Content-Security-Policy"))
                .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
                .endsWith("frame-ancestors 'self'").doesNotContain("unsafe");
    }

    @ParameterizedTest
    @EnumSource(value = WebApplicationType.class, names = {"SERVLET", "REACTIVE"})
    void browsers_get_files_compressed_and_only_once(WebApplicationType type) throws Exception {
        URI preact = server(type).application("/actuator/observer/preact.js");
        String plain = TestServer.get(preact).body();
        HttpResponse<byte[]> compressed = TestServer.bytes(preact, "Accept-Encoding", "gzip, deflate, br");
        assertThat(compressed.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(compressed.headers().allValues("Vary")).contains("Accept-Encoding");
        try (GZIPInputStream unzipped = new GZIPInputStream(new ByteArrayInputStream(compressed.body()))) {
            assertThat(new String(unzipped.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(plain);
        }
        assertThat(compressed.body().length).isLessThan(plain.length() / 2);
        assertThat(TestServer.bytes(preact, "Accept-Encoding", "gzip;q=0").headers().firstValue("Content-Encoding"))
                .isEmpty();

        String tag = compressed.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again = TestServer.get(preact, "If-None-Match", tag, "Accept-Encoding", "gzip");
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers().firstValue("ETag")).contains(tag);
        assertThat(TestServer.get(preact, "If-None-Match", "W/\"0\"").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
            "page.html", "entrance.html", "package-info.class", "ObserverPage.class", "application.properties", "x.js",
            "PREACT.JS", "preact.js.map", "%2e%2e", "..%2fpage.html", "%2e%2e%2fObserverPage.class", "%00", "page/page",
            "page;x=page.html/..", "..%5cpage.html", "webjars", "preact", "page%20"
    })
    void there_is_nothing_else(String name) throws Exception {
        for (WebApplicationType type : new WebApplicationType[]{
                WebApplicationType.SERVLET, WebApplicationType.REACTIVE}) {
            HttpResponse<String> answer = server(type).get("/actuator/observer/" + name);
            assertThat(answer.statusCode()).as("%s %s", type, answer.body()).isIn(400, 404);
        }
    }

    @ParameterizedTest
    @EnumSource(value = WebApplicationType.class, names = {"SERVLET", "REACTIVE"})
    void it_only_reads(WebApplicationType type) throws Exception {
        assertThat(server(type).post("/actuator/observer/page", "{}", "Content-Type", "application/json").statusCode())
                .isIn(404, 405);
        assertThat(server(type).post("/actuator/observer", "{}", "Content-Type", "application/json").statusCode())
                .isIn(404, 405);
    }

    @ParameterizedTest
    @EnumSource(value = WebApplicationType.class, names = {"SERVLET", "REACTIVE"})
    void the_endpoint_leads_to_the_page_and_the_page_to_the_data(WebApplicationType type) throws Exception {
        ObserverPathsTest.leadsToPageAndData(server(type).application("/actuator/observer"));
        HttpResponse<String> session = server(type).get("/actuator/observer/session.json");
        assertThat(header(session, "Cache-Control")).isEqualTo("no-store");
        assertThat(header(session, "Content-Type")).isEqualTo("application/json");
        assertThat(session.body()).isEqualTo("{\"ppool\":\"../ppool\"}");
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
