package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.observe.PidText;
import io.github.ppool.supervisor.ChildInfo;
import io.github.ppool.supervisor.ChildPage;
import io.github.ppool.supervisor.ChildType;
import io.github.ppool.supervisor.Supervisor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The way to a process from the top: the name of a pool or a tree, and the id of a child of each supervisor on the way,
 * with slashes between them, such as {@code mail/senders/now}. A slash within an id is written {@code %2F}, and a
 * percent sign {@code %25}. A child without an id, of a supervisor {@code simple_one_for_one}, is written as its pid,
 * such as {@code <17>}.
 *
 * @param steps the parts, at least one
 */
record SupervisorPath(List<String> steps) {

    /** The most parts of a path. */
    static final int LONGEST = 50;

    private static final int PAGE = 1_000;

    static SupervisorPath of(String text) {
        List<String> steps = new ArrayList<>();
        for (String step : text.split("/", -1)) {
            if (step.isEmpty()) {
                throw Refusal.of("path must be names with / between them, such as mail/senders, got: " + text);
            }
            steps.add(step.replace("%2F", "/").replace("%2f", "/").replace("%25", "%"));
        }
        if (steps.size() > LONGEST) {
            throw Refusal.of("path must have at most " + LONGEST + " names, got: " + steps.size());
        }
        return new SupervisorPath(List.copyOf(steps));
    }

    /**
     * The way from the top of a pool or a tree.
     *
     * @param top the name of the pool or the tree
     * @param path the ids of the supervisors below it
     */
    static SupervisorPath below(String top, String path) {
        return of(escaped(top) + "/" + path);
    }

    /** The text of the path of a child: the parent's text and a step. */
    static String append(String parent, ChildInfo child) {
        return parent + "/" + step(child);
    }

    static String escaped(String name) {
        return name.replace("%", "%25").replace("/", "%2F");
    }

    private static String step(ChildInfo child) {
        if (child.id() != null) {
            return escaped(child.id());
        }
        Pid pid = child.pid();
        return pid == null ? "-" : PidText.of(pid);
    }

    /** The name of the pool or the tree. */
    String top() {
        return steps.get(0);
    }

    /**
     * Finds the supervisor at the end of this path. Asks each supervisor on the way.
     *
     * @param top the supervisor of the first step
     * @return empty if a step leads to no running supervisor
     */
    Optional<Supervisor> resolve(ProcessSystem system, Supervisor top) throws InterruptedException {
        Supervisor at = top;
        for (String step : steps.subList(1, steps.size())) {
            ChildInfo child = child(at, step);
            if (child == null || child.pid() == null || child.type() != ChildType.SUPERVISOR) {
                return Optional.empty();
            }
            at = Supervisor.of(system, child.pid());
        }
        return Optional.of(at);
    }

    /** The child with an id or, if none has it, with a pid such as {@code <17>}; null if there is none. */
    static @Nullable ChildInfo child(Supervisor supervisor, String step) throws InterruptedException {
        Optional<ChildInfo> byId = supervisor.child(step);
        if (byId.isPresent()) {
            return byId.get();
        }
        if (!step.startsWith("<")) {
            return null;
        }
        OptionalLong after = OptionalLong.of(0);
        while (after.isPresent()) {
            ChildPage page = supervisor.whichChildren(after.getAsLong(), PAGE);
            for (ChildInfo child : page.children()) {
                if (child.pid() != null && PidText.of(child.pid()).equals(step)) {
                    return child;
                }
            }
            after = page.next();
        }
        return null;
    }
}
