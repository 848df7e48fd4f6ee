package io.github.ppool.restart;

import io.github.ppool.process.ExitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** A supervisor reduced to the handling of plans. */
final class DirectorModel {
    private static final RestartPlan DEFAULT_PLAN = RestartPolicy.DIRECTOR_DEFAULT.plan();

    /** The keys of a child specification that the recordings ask for. */
    record Spec(RestartPlan plan, RestartCount count, String terminateTimeout, boolean append) {
        static final Spec NO_DEFAULT = new Spec(RestartPlan.EMPTY, RestartCount.of(0), "0", false);
        static final Spec NO_OWN = new Spec(DEFAULT_PLAN, RestartCount.ONCE, "1000", false);

        static Spec read(JsonNode spec, Spec missing) {
            return new Spec(
                    spec.has("plan") ? plan(spec.get("plan")) : missing.plan,
                    spec.has("count") ? RestartCount.parse(spec.get("count").asString()) : missing.count,
                    spec.has("terminate_timeout")
                            ? spec.get("terminate_timeout").asString()
                            : missing.terminateTimeout,
                    spec.has("append") ? spec.get("append").asBoolean() : missing.append);
        }

        static RestartPlan plan(JsonNode elements) {
            List<PlanElement> plan = new ArrayList<>();
            for (JsonNode element : elements) {
                plan.add(element(element));
            }
            return RestartPlan.of(plan.toArray(PlanElement[]::new));
        }

        private static PlanElement element(JsonNode element) {
            if (element.has("restart")) {
                return PlanElement.after(Duration.ofMillis(element.get("restart").asLong()));
            }
            if (element.has("stop")) {
                return PlanElement.stop(Reasons.of(element.get("stop").asString()));
            }
            return element.asString().equals("default")
                    ? DEFAULT_PLAN.elements().get(0)
                    : RestartPlan.parse(List.of(element.asString())).elements().get(0);
        }

        Spec within(Spec byDefault) {
            return append
                    ? new Spec(byDefault.plan.append(plan), byDefault.count.append(count), sum(byDefault), true)
                    : this;
        }

        private String sum(Spec byDefault) {
            return Integer
                    .toString(Integer.parseInt(byDefault.terminateTimeout) + Integer.parseInt(terminateTimeout));
        }

        RestartPolicy policy() {
            return RestartPolicy.of(plan).withCount(count);
        }

        @Override
        public String toString() {
            return "timeout " + terminateTimeout + " plan " + plan + " count " + count + " append " + append;
        }
    }

    private static final class Child {
        String status = "undefined";
        Spec own = Spec.NO_OWN;
        PlanState state = own.policy().newState();
        List<String> starts = List.of("ok");
        int started;
        long startedAtNanos;
        long restartAtNanos;
    }

    final Map<String, Child> children = new TreeMap<>();
    final List<String> events = new ArrayList<>();
    Spec defaultSpec = Spec.NO_DEFAULT;
    ExitReason exited;
    long nowNanos = 1;

    String startChild(JsonNode spec) {
        String id = spec.get("id").asString();
        Child present = children.get(id);
        if (present != null) {
            return present.status.equals("running") ? "error:already_started" : "error:already_present";
        }
        Child child = new Child();
        child.own = Spec.read(spec, Spec.NO_OWN);
        child.state = child.own.within(defaultSpec).policy().newState();
        if (spec.has("starts")) {
            child.starts = new ArrayList<>();
            spec.get("starts").forEach(start -> child.starts.add(start.asString()));
        }
        children.put(id, child);
        ExitReason failure = start(id, child);
        if (failure == null) {
            return "ok";
        }
        children.remove(id);
        return "error:" + failure;
    }

    String end(String id, ExitReason reason) {
        Child child = children.get(id);
        if (child != null && child.status.equals("running")) {
            child.status = "undefined";
            follow(id, child, child.state.next(reason, nowNanos, child.startedAtNanos, () -> 0));
        }
        return "ok";
    }

    /** Carries out a decision as a supervisor does; a failed start asks for the next one. */
    private void follow(String id, Child child, Decision first) {
        Decision decision = first;
        while (decision instanceof Decision.RestartNow) {
            ExitReason failure = start(id, child);
            if (failure == null) {
                return;
            }
            decision = child.state.nextAfterFailedStart(failure, () -> 0);
        }
        if (decision instanceof Decision.RestartAfter after) {
            child.status = "restarting";
            child.restartAtNanos = nowNanos + after.delay().toNanos();
        } else if (decision instanceof Decision.Delete) {
            children.remove(id);
        } else {
            decision.supervisorExit().ifPresent(this::exit);
        }
    }

    /** The reason of the failure, or null if it runs now (or was ignored). */
    private ExitReason start(String id, Child child) {
        String outcome = child.starts.get(Math.min(child.started++, child.starts.size() - 1));
        child.status = outcome.equals("ok") ? "running" : "undefined";
        child.startedAtNanos = nowNanos;
        boolean failed = outcome.startsWith("error:");
        events.add((failed ? "start_failed " : outcome.equals("ok") ? "start " : "start_ignored ") + id);
        return failed ? ExitReason.of(outcome.substring("error:".length())) : null;
    }

    String exit(ExitReason reason) {
        exited = reason;
        children.clear();
        return "ok";
    }

    String terminate(String id) {
        Child child = children.get(id);
        if (child == null) {
            return "error:not_found";
        }
        child.status = "undefined";
        return "ok";
    }

    String restart(String id) {
        Child child = children.get(id);
        if (child == null) {
            return "error:not_found";
        }
        if (child.status.equals("running")) {
            return "error:running";
        }
        ExitReason failure = start(id, child);
        return failure == null ? "ok" : "error:" + failure;
    }

    String delete(String id) {
        Child child = children.get(id);
        if (child == null) {
            return "error:not_found";
        }
        if (child.status.equals("running")) {
            return "error:running";
        }
        children.remove(id);
        return "ok";
    }

    String changePlan(String id, RestartPlan plan) {
        Child child = children.get(id);
        if (child == null) {
            return "error:not_found";
        }
        child.own = new Spec(plan.without(child.own.append ? defaultSpec.plan : RestartPlan.EMPTY), child.own.count,
                child.own.terminateTimeout, child.own.append);
        child.state.changePlan(plan);
        return "ok";
    }

    String changeDefault(JsonNode spec) {
        defaultSpec = Spec.read(spec, defaultSpec);
        children.values().stream()
                .filter(child -> child.own.append)
                .forEach(child -> child.state = child.own.within(defaultSpec).policy().newState());
        return "ok";
    }

    String childSpec(String id) {
        Child child = children.get(id);
        if (child == null) {
            return "error:not_found";
        }
        Spec all = child.own.within(defaultSpec);
        return new Spec(child.state.policy().plan(), child.state.policy().count(), all.terminateTimeout, all.append)
                .toString();
    }

    String sleep(long nanos) {
        long until = nowNanos + nanos;
        while (exited == null) {
            String next = children.entrySet().stream()
                    .filter(entry -> entry.getValue().status.equals("restarting")
                            && entry.getValue().restartAtNanos <= until)
                    .min(Comparator.comparingLong(entry -> entry.getValue().restartAtNanos))
                    .map(Map.Entry::getKey).orElse(null);
            if (next == null) {
                break;
            }
            Child child = children.get(next);
            nowNanos = child.restartAtNanos;
            ExitReason failure = start(next, child);
            if (failure != null) {
                follow(next, child, child.state.nextAfterFailedStart(failure, () -> 0));
            }
        }
        nowNanos = until;
        return "ok";
    }

    List<String> whichChildren() {
        return children.entrySet().stream().map(entry -> entry.getKey() + " " + entry.getValue().status).toList();
    }

    static String text(JsonNode result) {
        return result.isString() ? result.asString() : Spec.read(result, Spec.NO_OWN).toString();
    }
}
