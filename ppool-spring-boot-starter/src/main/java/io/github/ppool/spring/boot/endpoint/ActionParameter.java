package io.github.ppool.spring.boot.endpoint;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The parameters of the endpoint's actions, each with the example that the documentation shows. */
enum ActionParameter {
    WORKER("worker", "\"smtpWorker\"", ChangeRequest::worker),
    SIZE("size", "8", ChangeRequest::size),
    MAX_OVERFLOW("maxOverflow", "2", ChangeRequest::maxOverflow),
    SETTINGS("settings", "\"{worker: smtpWorker, restart: {plan: [restart, 5s]}}\"", ChangeRequest::settings),
    DRAIN("drain", "\"30s\"", ChangeRequest::drain),
    PATH("path", "\"senders/now\"", ChangeRequest::path),
    CHILD("child", "\"smtp/1\"", ChangeRequest::child),
    PLAN("plan", "\"5s, wait\"", ChangeRequest::plan),
    SINGLETON("singleton", "\"housekeeping\"", ChangeRequest::singleton),
    NODE("node", "\"host-1\"", ChangeRequest::node),
    ON("on", "\"mail\"", ChangeRequest::on),
    NAME("name", "\"reload-certificates\"", ChangeRequest::name),
    /** The audit has its length only: it may hold text that must not stand in a log. */
    PAYLOAD("payload", "\"{\\\"version\\\": 7}\"", request -> {
        String payload = request.payload();
        return payload == null ? null : payload.length() + " characters";
    }),
    WITHIN("within", "\"30s\"", ChangeRequest::within);

    private final String key;
    private final String example;
    private final Function<ChangeRequest, @Nullable Object> value;

    ActionParameter(String key, String example, Function<ChangeRequest, @Nullable Object> value) {
        this.key = key;
        this.example = example;
        this.value = value;
    }

    /** The name of the parameter in a request. */
    String key() {
        return key;
    }

    /** The parameter with an example value, as JSON in the body of a request. */
    String example() {
        return '"' + key + "\": " + example;
    }

    /** The value of the parameter in a request, or null. */
    @Nullable
    Object of(ChangeRequest request) {
        return value.apply(request);
    }
}
