package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.genserver.ServerExitedException;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.observe.PidText;
import io.github.ppool.supervisor.ChildInfo;
import io.github.ppool.supervisor.ChildPage;
import io.github.ppool.supervisor.ChildType;
import io.github.ppool.supervisor.Supervisor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One walk over supervision trees, level by level. All supervisors of a level are asked at the same time. A
 * supervisor that does not answer before the deadline of the walk is shown without its children. So each walk takes a
 * bounded time and has a bounded answer.
 */
final class TreeWalk {

    /** The longest time of a walk, unless a test sets another one. */
    static final Duration DEADLINE = Duration.ofSeconds(1);

    /** The levels below the top unless the request sets another number. */
    static final int DEPTH = 3;

    /** The most levels below the top. */
    static final int DEEPEST = 20;

    /** The most processes of an answer. */
    static final int MOST = 10_000;

    private final ProcessSystem system;
    private final Function<String, List<String>> code;
    private final int depth;
    private final int limit;
    private final long deadline;
    private final Instant asOf = Instant.now();
    private int size;
    private boolean complete = true;

    /**
     * A walk that begins now.
     *
     * @param system the system of the processes
     * @param code finds the classes of the children below a top, by the top's name
     * @param depth the number of levels below the top
     * @param limit the most children that are shown of each supervisor
     */
    TreeWalk(ProcessSystem system, Function<String, List<String>> code, int depth, int limit) {
        this(system, code, depth, limit, DEADLINE);
    }

    TreeWalk(ProcessSystem system, Function<String, List<String>> code, int depth, int limit, Duration atMost) {
        this.system = system;
        this.code = code;
        this.depth = depth;
        this.limit = limit;
        this.deadline = System.nanoTime() + atMost.toNanos();
    }

    /** A process on the walk. */
    private final class Node {
        private final String path;
        private final List<String> modules;
        private final @Nullable ChildInfo info;
        private final @Nullable Supervisor supervisor;
        private @Nullable ChildPage page;
        private boolean silent;
        private boolean cut;
        private final List<Node> children = new ArrayList<>();

        Node(String path, List<String> modules, @Nullable ChildInfo info, @Nullable Supervisor supervisor) {
            this.path = path;
            this.modules = modules;
            this.info = info;
            this.supervisor = supervisor;
        }

        /** Takes the supervisor's answer over; returns the children that are supervisors. */
        List<Node> answered(ChildPage answer) {
            page = answer;
            List<Node> further = new ArrayList<>();
            for (ChildInfo child : answer.children()) {
                if (size == MOST) {
                    cut = true;
                    complete = false;
                    break;
                }
                size++;
                Supervisor below = child.type() == ChildType.SUPERVISOR && child.pid() != null
                        ? Supervisor.of(system, child.pid())
                        : null;
                Node node = new Node(SupervisorPath.append(path, child), modules, child, below);
                children.add(node);
                if (below != null) {
                    further.add(node);
                }
            }
            if (answer.next().isPresent()) {
                complete = false;
            }
            return further;
        }

        TreeNodeDescriptor descriptor() {
            ChildPage answer = page;
            String pid = supervisor != null
                    ? PidText.of(supervisor.pid())
                    : info == null || info.pid() == null ? null : PidText.of(info.pid());
            return new TreeNodeDescriptor(
                    path,
                    info == null ? null : ChildDescriptor.of(info, asOf, system, modules),
                    pid,
                    answer == null ? null : answer.total(),
                    silent ? true : null,
                    supervisor == null || answer == null ? null : next(supervisor, answer),
                    answer == null ? null : children.stream().map(Node::descriptor).toList());
        }

        private @Nullable String next(Supervisor asked, ChildPage answer) {
            if (cut) {
                return PageKey.of(asked, 0).toString();
            }
            return answer.next().isPresent() ? PageKey.of(asked, answer.next().getAsLong()).toString() : null;
        }
    }

    /**
     * Walks.
     *
     * @param tops the supervisors at which the walk begins, by their paths; null for one that does not run
     * @return the supervisors and children that the walk has found until the deadline
     */
    WalkDescriptor walk(Map<String, @Nullable Supervisor> tops) throws InterruptedException {
        List<Node> all = new ArrayList<>();
        tops.forEach((path, supervisor) -> {
            String top = SupervisorPath.of(path).top();
            all.add(new Node(path, code.apply(top), null, supervisor));
        });
        size = all.size();
        List<Node> level = all.stream().filter(node -> node.supervisor != null).toList();
        for (int below = 0; below < depth && !level.isEmpty(); below++) {
            level = next(level);
        }
        if (!level.isEmpty()) {
            complete = false; // the depth ends above these
        }
        return new WalkDescriptor(asOf, complete, size, all.stream().map(Node::descriptor).toList());
    }

    /** Asks the supervisors of a level, and returns those of the next one. */
    private List<Node> next(List<Node> level) throws InterruptedException {
        List<FutureTask<ChildPage>> answers = new ArrayList<>();
        for (Node node : level) {
            Supervisor supervisor = Objects.requireNonNull(node.supervisor);
            FutureTask<ChildPage> question = new FutureTask<>(() -> supervisor.whichChildren(0, limit));
            answers.add(question);
            Thread.ofVirtual().inheritInheritableThreadLocals(false).name("ppool-tree-walk").start(question);
        }
        List<Node> further = new ArrayList<>();
        try {
            for (int i = 0; i < level.size(); i++) {
                further.addAll(answer(level.get(i), answers.get(i)));
            }
        } finally {
            answers.forEach(question -> question.cancel(true)); // of those that are not answered
        }
        return further;
    }

    private List<Node> answer(Node node, FutureTask<ChildPage> question) throws InterruptedException {
        try {
            return node.answered(question.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS));
        } catch (TimeoutException late) {
            node.silent = true;
        } catch (ExecutionException failed) {
            if (!(failed.getCause() instanceof ServerExitedException)) {
                node.silent = true; // no supervisor that understands the question
            }
        }
        complete = false;
        return List.of();
    }
}
