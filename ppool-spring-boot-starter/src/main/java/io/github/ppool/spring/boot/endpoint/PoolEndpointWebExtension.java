package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.guard.ForeignText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.boot.convert.DurationStyle;

/** The endpoint over HTTP. A request without an answer gets status 404 or 400, with the reason. */
@EndpointWebExtension(endpoint = PoolEndpoint.class)
public class PoolEndpointWebExtension {

    private static final Pattern MORE_THAN_AN_INT = Pattern.compile("[+-]?[0-9]{10,}");

    private final PoolEndpoint endpoint;

    /**
     * Makes the extension.
     *
     * @param endpoint the endpoint, which answers
     */
    public PoolEndpointWebExtension(PoolEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * One pool, or the cluster.
     *
     * @param pool the name of the pool
     * @return status 200, or 404 or 503 with a reason
     */
    @ReadOperation
    public WebEndpointResponse<EndpointAnswer> pool(@Selector String pool) {
        try {
            return found(pool, endpoint.pool(pool));
        } catch (ClusterUnreachableException unreachable) {
            return unreachable(unreachable);
        }
    }

    /**
     * The children of a pool or a supervision tree.
     *
     * @param pool the name of the pool or the tree
     * @param view {@code which_children} or {@code count_children}
     * @param after see {@link PoolEndpoint#children}
     * @param limit the largest number of children to show
     * @return status 200, or 400 or 404 with a reason
     */
    @ReadOperation
    public WebEndpointResponse<EndpointAnswer> children(
            @Selector String pool, @Selector String view, @Nullable String after, @Nullable String limit) {
        try {
            return found(pool, endpoint.children(pool, view, after, limit(limit)));
        } catch (InvalidEndpointRequestException refused) {
            return problem(WebEndpointResponse.STATUS_BAD_REQUEST, "Bad Request", String.valueOf(refused.getMessage()));
        }
    }

    /**
     * Runs an action of an operator. See {@link PoolEndpoint#change} for all parameters.
     *
     * @param security the principal of the request
     * @param pool the name of the pool or the tree
     * @param action the name of the action
     * @param size a number of workers
     * @param maxOverflow a number of workers
     * @param drain a duration
     * @param child the id of a child
     * @param plan a restart plan
     * @param worker the name of a bean
     * @param settings settings as YAML
     * @param singleton the name of a tree of the cluster
     * @param node the name of a node of the cluster
     * @return status 200, or 400, 404 or 503 with a reason
     */
    @WriteOperation
    public WebEndpointResponse<EndpointAnswer> change(
            SecurityContext security,
            @Selector String pool,
            String action,
            @Nullable String size,
            @Nullable String maxOverflow,
            @Nullable String drain,
            @Nullable String child,
            @Nullable String plan,
            @Nullable String worker,
            @Nullable String settings,
            @Nullable String singleton,
            @Nullable String node) {
        try {
            ChangeDescriptor change = endpoint.change(
                    security,
                    pool,
                    action,
                    wholeNumber("size", size),
                    wholeNumber("maxOverflow", maxOverflow),
                    duration("drain", drain),
                    child,
                    plan,
                    worker,
                    settings,
                    singleton,
                    node);
            return change != null
                    ? new WebEndpointResponse<>(change)
                    : problem(WebEndpointResponse.STATUS_NOT_FOUND, "Not Found",
                            endpoint.whyNothing(pool, action, child));
        } catch (InvalidEndpointRequestException refused) {
            return problem(WebEndpointResponse.STATUS_BAD_REQUEST, "Bad Request", String.valueOf(refused.getMessage()));
        } catch (ClusterUnreachableException unreachable) {
            return unreachable(unreachable);
        }
    }

    private static WebEndpointResponse<EndpointAnswer> unreachable(ClusterUnreachableException why) {
        return problem(WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE, "Service Unavailable",
                String.valueOf(why.getMessage()));
    }

    private static WebEndpointResponse<EndpointAnswer> found(String pool, @Nullable EndpointAnswer body) {
        return body != null
                ? new WebEndpointResponse<>(body)
                : problem(WebEndpointResponse.STATUS_NOT_FOUND, "Not Found", PoolEndpoint.noPool(pool));
    }

    // Parameters are texts here, because Spring Boot refuses a text that it can't convert without giving a reason.

    private static @Nullable Integer wholeNumber(String name, @Nullable String text) {
        try {
            return text == null ? null : Integer.valueOf(text.strip());
        } catch (NumberFormatException noNumber) {
            throw Refusal.of(name + " must be a whole number, got: " + text);
        }
    }

    private static @Nullable Duration duration(String name, @Nullable String text) {
        try {
            return text == null ? null : DurationStyle.detectAndParse(text);
        } catch (IllegalArgumentException noDuration) {
            throw Refusal.of(name + " must be a duration, such as 500ms, 5s or 2m, got: " + text);
        }
    }

    private static @Nullable Integer limit(@Nullable String text) {
        if (text != null && MORE_THAN_AN_INT.matcher(text.strip()).matches()) {
            throw PoolEndpoint.limitOutOfRange(text.strip());
        }
        return wholeNumber("limit", text);
    }

    private static WebEndpointResponse<EndpointAnswer> problem(int status, String error, String reason) {
        return new WebEndpointResponse<>(new ProblemDescriptor(status, error, answerable(reason)), status);
    }

    /**
     * Limits the length of a text from the request, and replaces halves of surrogate pairs, which UTF-8 can't encode.
     */
    private static String answerable(String reason) {
        return new String(ForeignText.of(reason).getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
