package io.github.ppool.conformance;

import io.github.ppool.genserver.GenServer;
import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.genserver.ReplyTo;
import io.github.ppool.genserver.ServerContext;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartResult;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** A child that behaves as its scenario says, and tells the {@link Trace} its events. */
final class TracedChild implements GenServer<String, String, ExitReason> {

    private final String id;
    private final Trace trace;
    private final String outcome;
    private final String onShutdown;
    private boolean stopsItself;

    private TracedChild(String id, Trace trace, String outcome, String onShutdown) {
        this.id = id;
        this.trace = trace;
        this.outcome = outcome;
        this.onShutdown = onShutdown;
    }

    /** A start attempt, on the supervisor's process. */
    static StartResult start(ProcessContext supervisor, String id, JsonNode spec, Trace trace)
            throws InterruptedException {
        String outcome = trace.nextOutcome(id, spec.get("starts"));
        String onShutdown = Json.text(spec, "on_shutdown", "comply");
        SpawnOptions options = SpawnOptions.labelled(id);
        StartResult result = supervisor.startLink(
                GenServerRef.linkedTo(() -> new TracedChild(id, trace, outcome, onShutdown), supervisor.self()),
                onShutdown.equals("untrapped") ? options : options.trappingExits());
        if (result instanceof StartResult.Started started) {
            trace.runs(id, started.pid());
        }
        return result;
    }

    @Override
    public Init init(ServerContext self) {
        if (outcome.equals("ignore")) {
            trace.event("start_ignored", id);
            return Init.IGNORE;
        }
        if (outcome.startsWith("error:")) {
            trace.event("start_failed", id);
            self.stop(Json.reason(outcome.substring("error:".length())));
        } else {
            trace.event("start", id);
        }
        return Init.READY;
    }

    @Override
    public String handleCall(String request, ReplyTo<String> from, ServerContext self) {
        return request;
    }

    /** It stops itself. */
    @Override
    public void handleCast(ExitReason reason, ServerContext self) {
        stopsItself = true;
        self.stop(reason);
    }

    @Override
    public void terminate(ExitReason reason, ServerContext self) throws InterruptedException {
        trace.event("terminate", id, Json.word(reason));
        if (onShutdown.equals("hang") && !stopsItself) {
            self.process().sleep(Duration.ofDays(365));
        } else if (onShutdown.startsWith("slow:")) {
            self.process().sleep(Duration.ofMillis(Long.parseLong(onShutdown.substring("slow:".length()))));
        }
    }
}
