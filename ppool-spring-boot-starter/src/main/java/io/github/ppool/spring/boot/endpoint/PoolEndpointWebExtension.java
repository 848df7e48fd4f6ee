package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.guard.ForeignText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
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

    /** Stands for the action of a request that has none. Spring Boot would refuse it without giving a reason. */
    private static final String NO_ACTION = "none";

    private static final Pattern MORE_THAN_AN_INT = Pattern.compile("[+-]?[0-9]{10,}");

    private final PoolEndpoint endpoint;
    private final PpoolEndpointProperties properties;

    /**
     * Makes the extension.
     *
     * @param endpoint the endpoint, which answers
     * @param properties the settings of the endpoint
     */
    public PoolEndpointWebExtension(PoolEndpoint endpoint, PpoolEndpointProperties properties) {
        this.endpoint = endpoint;
        this.properties = properties;
    }

    /**
     * One pool, the trees, the cluster, the durable tasks in figures, or a snapshot of all these. See
     * {@link PoolEndpoint#pool} for all parameters.
     *
     * @param security the principal of the request
     * @param of the name of the pool
     * @param path the way to a supervisor
     * @param depth a number of levels
     * @param limit the largest number of children of each supervisor
     * @param since the sequence of the snapshot before
     * @param pool the name of a pool or a tree
     * @param top the length of the lists of largest values
     * @param journalSince the sequence of an entry of the journal
     * @return status 200, or 400, 404 or 503 with a reason
     */
    @ReadOperation
    public WebEndpointResponse<EndpointAnswer> pool(
            SecurityContext security,
            @Selector String of,
            @Nullable String path,
            @Nullable String depth,
            @Nullable String limit,
            @Nullable String since,
            @Nullable String pool,
            @Nullable String top,
            @Nullable String journalSince) {
        return answered(
                () -> endpoint.isObserve(of)
                        ? endpoint.observe(
                                new ObserveRequest(longNumber("since", since), pool, wholeNumber("top", top),
                                        longNumber("journalSince", journalSince)),
                                properties.shows(security))
                        : endpoint.pool(of, path, wholeNumber("depth", depth), limit(limit)),
                () -> endpoint.whyNoPool(of, path));
    }

    /**
     * The children of a pool or a supervision tree, or durable tasks. See {@link PoolEndpoint#children} for all
     * parameters.
     *
     * @param security the principal of the request
     * @param of the name of the pool or the tree, or {@code durable}
     * @param view the part to show
     * @param after the place where the page begins
     * @param limit the largest number of children or tasks to show
     * @param path the way to a supervisor below the pool's or the tree's
     * @param pool the name of a pool
     * @param name the name of tasks
     * @param state a state of tasks
     * @param key a key
     * @param partition a partition
     * @param reason a reason
     * @param enqueuedBefore a time
     * @return status 200, or 400, 404 or 503 with a reason
     */
    @ReadOperation
    public WebEndpointResponse<EndpointAnswer> children(
            SecurityContext security,
            @Selector String of,
            @Selector String view,
            @Nullable String after,
            @Nullable String limit,
            @Nullable String path,
            @Nullable String pool,
            @Nullable String name,
            @Nullable String state,
            @Nullable String key,
            @Nullable String partition,
            @Nullable String reason,
            @Nullable String enqueuedBefore) {
        return answered(
                () -> endpoint.read(of, view, after, limit(limit), path,
                        new TaskRequest(pool, name, state, key, partition, reason, enqueuedBefore),
                        properties.shows(security)),
                () -> endpoint.whyNoView(of, view, path));
    }

    /**
     * Runs an action of an operator. See {@link PoolEndpoint#change} for all parameters.
     *
     * @param security the principal of the request
     * @param pool the name of the pool or the tree
     * @param action the name of the action; a request without one is refused as one with an unknown action
     * @param path the way to a supervisor below the pool's or the tree's
     * @param size a number of workers
     * @param maxOverflow a number of workers
     * @param drain a duration
     * @param child the id of a child
     * @param plan a restart plan
     * @param worker the name of a bean
     * @param settings settings as YAML
     * @param singleton the name of a tree of the cluster
     * @param node the name of a node of the cluster
     * @param on the name of the pool of a broadcast
     * @param name the name of a broadcast
     * @param payload a payload as JSON
     * @param within a duration
     * @return status 200, or 400, 404 or 503 with a reason
     */
    @WriteOperation
    public WebEndpointResponse<EndpointAnswer> change(
            SecurityContext security,
            @Selector String pool,
            @Nullable String action,
            @Nullable String path,
            @Nullable String size,
            @Nullable String maxOverflow,
            @Nullable String drain,
            @Nullable String child,
            @Nullable String plan,
            @Nullable String worker,
            @Nullable String settings,
            @Nullable String singleton,
            @Nullable String node,
            @Nullable String on,
            @Nullable String name,
            @Nullable String payload,
            @Nullable String within) {
        String asked = Objects.requireNonNullElse(action, NO_ACTION);
        return answered(
                () -> endpoint.change(
                        security,
                        pool,
                        asked,
                        path,
                        wholeNumber("size", size),
                        wholeNumber("maxOverflow", maxOverflow),
                        duration("drain", drain),
                        child,
                        plan,
                        worker,
                        settings,
                        singleton,
                        node,
                        on,
                        name,
                        payload,
                        duration("within", within)),
                () -> endpoint.whyNothing(pool, asked, path, child));
    }

    /**
     * Runs an action of an operator on durable tasks. See {@link PoolEndpoint#changeTasks} for all parameters.
     *
     * @param security the principal of the request
     * @param of {@code durable}
     * @param view {@code tasks}, or the id of a task
     * @param action the name of the action; a request without one is refused as one with an unknown action
     * @param all {@code true} to act on all tasks
     * @param pool the name of a pool
     * @param name the name of tasks
     * @param state a state of tasks
     * @param key a key
     * @param partition a partition
     * @param reason a reason
     * @param enqueuedBefore a time
     * @return status 200, or 400, 404 or 503 with a reason
     */
    @WriteOperation
    public WebEndpointResponse<EndpointAnswer> changeTasks(
            SecurityContext security,
            @Selector String of,
            @Selector String view,
            @Nullable String action,
            @Nullable String all,
            @Nullable String pool,
            @Nullable String name,
            @Nullable String state,
            @Nullable String key,
            @Nullable String partition,
            @Nullable String reason,
            @Nullable String enqueuedBefore) {
        String asked = Objects.requireNonNullElse(action, NO_ACTION);
        return answered(
                () -> endpoint.changeTasks(
                        security, of, view, asked, truth("all", all), pool, name, state, key, partition, reason,
                        enqueuedBefore),
                () -> endpoint.whyNoView(of, view, null));
    }

    /** The answer of a question, or the reason why there is none. */
    private static WebEndpointResponse<EndpointAnswer> answered(
            Supplier<@Nullable EndpointAnswer> question, Supplier<String> whyNothing) {
        try {
            EndpointAnswer answer = question.get();
            return answer != null
                    ? new WebEndpointResponse<>(answer)
                    : problem(WebEndpointResponse.STATUS_NOT_FOUND, "Not Found", whyNothing.get());
        } catch (InvalidEndpointRequestException refused) {
            return problem(WebEndpointResponse.STATUS_BAD_REQUEST, "Bad Request", String.valueOf(refused.getMessage()));
        } catch (StoreUnreachableException unreachable) {
            return problem(WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE, "Service Unavailable",
                    String.valueOf(unreachable.getMessage()));
        }
    }

    // Parameters are texts here, because Spring Boot refuses a text that it can't convert without giving a reason.

    private static @Nullable Integer wholeNumber(String name, @Nullable String text) {
        try {
            return text == null ? null : Integer.valueOf(text.strip());
        } catch (NumberFormatException noNumber) {
            throw Refusal.of(name + " must be a whole number, got: " + text);
        }
    }

    private static @Nullable Long longNumber(String name, @Nullable String text) {
        try {
            return text == null ? null : Long.valueOf(text.strip());
        } catch (NumberFormatException noNumber) {
            throw Refusal.of(name + " must be a whole number, got: " + text);
        }
    }

    private static @Nullable Boolean truth(String name, @Nullable String text) {
        if (text != null && !text.equals("true") && !text.equals("false")) {
            throw Refusal.of(name + " must be true or false, got: " + text);
        }
        return text == null ? null : Boolean.valueOf(text);
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
