package io.github.ppool.observer;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.observer.TestServer.Application;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;

/** The addresses of the page: base paths, mapped paths, the port of the management server, and proxies. */
class ObserverPathsTest {

    private static final Pattern REFRESH = Pattern.compile("content=\"0; url=([^\"]+)\"");

    @ParameterizedTest
    @CsvSource({
            "SERVLET, management.endpoints.web.base-path=/, spring.main.banner-mode=off, /observer",
            "REACTIVE, management.endpoints.web.base-path=/, spring.main.banner-mode=off, /observer",
            "SERVLET, management.endpoints.web.base-path=/ops/now, server.servlet.context-path=/shop,"
                    + " /shop/ops/now/observer",
            "REACTIVE, management.endpoints.web.base-path=/ops/now, spring.webflux.base-path=/shop,"
                    + " /shop/ops/now/observer",
    })
    void it_has_the_base_path_of_the_endpoints(
            WebApplicationType type, String setting, String other, String path) throws Exception {
        try (TestServer server = TestServer.start(type, Application.class, setting, other)) {
            leadsToPageAndData(server.application(path));
        }
    }

    @ParameterizedTest
    @EnumSource(value = WebApplicationType.class, names = {"SERVLET", "REACTIVE"})
    void it_follows_the_mapping_of_paths(WebApplicationType type) throws Exception {
        try (TestServer server = TestServer.start(type, Application.class,
                "management.endpoints.web.path-mapping.observer=watch/it",
                "management.endpoints.web.path-mapping.ppool=all/pools")) {
            leadsToPageAndData(server.application("/actuator/watch/it"));
            assertThat(server.get("/actuator/observer").statusCode()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @CsvSource({
            "SERVLET, /, /observer", "REACTIVE, /actuator, /internal/actuator/observer",
    })
    void it_is_on_the_port_of_the_management_server_alone(
            WebApplicationType type, String base, String path) throws Exception {
        try (TestServer server = TestServer.start(type, Application.class, "management.server.port=0",
                "management.endpoints.web.base-path=" + base,
                "management.server.base-path=" + (path.startsWith("/internal") ? "/internal" : ""))) {
            leadsToPageAndData(server.management(path));
            assertThat(server.get(path + "/page").statusCode()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @EnumSource(value = WebApplicationType.class, names = {"SERVLET", "REACTIVE"})
    void it_works_below_the_prefix_of_a_proxy(WebApplicationType type) throws Exception {
        for (String strategy : new String[]{"none", "framework"}) {
            try (TestServer server = TestServer.start(type, Application.class,
                    "server.forward-headers-strategy=" + strategy);
                    PrefixProxy proxy = new PrefixProxy("/apps/mail", server.application("/"))) {
                leadsToPageAndData(proxy.address("/actuator/observer"));
            }
        }
    }

    /** The requests of a browser to the address of the endpoint. */
    static void leadsToPageAndData(URI entrance) throws Exception {
        HttpResponse<String> first = TestServer.get(entrance, "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        assertThat(first.statusCode()).as("%s", entrance).isEqualTo(200);
        assertThat(header(first, "Content-Type")).startsWith("text/html");
        Matcher refresh = REFRESH.matcher(first.body());
        assertThat(refresh.find()).as(first.body()).isTrue();
        URI page = entrance.resolve(refresh.group(1));
        HttpResponse<String> second = TestServer.get(page, "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        assertThat(second.statusCode()).as("%s", page).isEqualTo(200);
        assertThat(second.body()).contains("Content-Security-Policy");
        HttpResponse<String> style = TestServer.get(page.resolve("./uplot.css"), "Accept", "text/css,*/*;q=0.1");
        assertThat(style.statusCode()).isEqualTo(200);
        assertThat(header(style, "X-Content-Type-Options")).isEqualTo("nosniff");
        String session = TestServer.get(page.resolve("./session.json")).body();
        URI data = page.resolve(JsonPath.<String>read(session, "$.ppool"));
        HttpResponse<String> pools = TestServer.get(data);
        assertThat(pools.statusCode()).as("%s", data).isEqualTo(200);
        assertThat(pools.body()).contains("\"smtp\"");
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
