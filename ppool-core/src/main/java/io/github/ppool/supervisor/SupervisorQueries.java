package io.github.ppool.supervisor;

import io.github.ppool.process.Pid;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The queries of a {@link Supervisor} handle. None of them changes the supervisor. Any thread.
 */
abstract class SupervisorQueries {

    private final SupervisorClient client;

    SupervisorQueries(SupervisorClient client) {
        this.client = client;
    }

    final SupervisorClient client() {
        return client;
    }

    /**
     * Returns the supervisor's process.
     *
     * @return its pid
     */
    public Pid pid() {
        return client.pid();
    }

    /**
     * Lists all children in the order of their starts, in linear time. Stands for {@code supervisor:which_children/1}.
     *
     * @return a snapshot
     * @throws InterruptedException see {@link Supervisor}
     */
    public List<ChildInfo> whichChildren() throws InterruptedException {
        return client.look("which_children", "", SupervisorRequests::whichChildren);
    }

    /**
     * Lists a page of children in the order of their starts. The key of a child is a number that no restart changes and
     * no other child of this supervisor ever has. So a child that comes or goes between two pages moves no other child:
     * a child that stays is on one page, and a new child is on the last one. The supervisor answers one request, whose
     * time depends on the size of the page only.
     *
     * @param after the key before the page: {@link ChildPage#next} of the page before, even if that child is gone by
     *     now; 0 for the first page
     * @param limit the greatest number of children on the page, 1 or more
     * @return a snapshot
     * @throws IllegalArgumentException if {@code after} is negative or {@code limit} less than 1
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildPage whichChildren(long after, int limit) throws InterruptedException {
        if (after < 0) {
            throw new IllegalArgumentException("after must not be negative, got: " + after);
        }
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, got: " + limit);
        }
        return client.look("which_children", "", requests -> requests.whichChildren(after, limit));
    }

    /**
     * Counts the children: all, alive, supervisors and workers. The time does not depend on their number, except for
     * children without a link to the supervisor. Stands for {@code supervisor:count_children/1}.
     *
     * @return a snapshot
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildCounts countChildren() throws InterruptedException {
        return client.look("count_children", "", SupervisorRequests::countChildren);
    }

    /**
     * Describes one child.
     *
     * @param id the id of the child
     * @return a snapshot; empty if there is no such child
     * @throws InterruptedException see {@link Supervisor}
     */
    public Optional<ChildInfo> child(String id) throws InterruptedException {
        require("id", id);
        return client.look("get_child", id, requests -> requests.info(id));
    }

    /**
     * Returns the specification with which a child was added, also under {@link Strategy#SIMPLE_ONE_FOR_ONE}. Stands
     * for {@code supervisor:get_childspec/2} with a pid.
     *
     * @param pid the process of the child
     * @return the specification; empty if there is no such child
     * @throws InterruptedException see {@link Supervisor}
     */
    public Optional<ChildSpec> childSpec(Pid pid) throws InterruptedException {
        require("pid", pid);
        return client.look("get_childspec", pid, requests -> requests.spec(pid));
    }

    /**
     * Returns the specification with which a child was added; under {@link Strategy#SIMPLE_ONE_FOR_ONE} the template.
     * Stands for {@code supervisor:get_childspec/2}.
     *
     * @param id the id of the child
     * @return the specification; empty if there is no such child
     * @throws InterruptedException see {@link Supervisor}
     */
    public Optional<ChildSpec> childSpec(String id) throws InterruptedException {
        require("id", id);
        return client.look("get_childspec", id, requests -> requests.spec(id));
    }

    /**
     * Returns the specification that is in effect for a child, also under {@link Strategy#SIMPLE_ONE_FOR_ONE}. Stands
     * for {@code director:get_childspec/2} with a pid.
     *
     * @param pid the process of the child
     * @return the specification; empty if there is no such child
     * @throws InterruptedException see {@link Supervisor}
     */
    public Optional<EffectiveSpec> effectiveSpec(Pid pid) throws InterruptedException {
        require("pid", pid);
        return client.look("get_effective_childspec", pid, requests -> requests.effectiveSpec(pid));
    }

    /**
     * Returns the specification that is in effect for a child. Stands for {@code director:get_childspec/2}.
     *
     * @param id the id of the child
     * @return the specification; empty if there is no such child
     * @throws InterruptedException see {@link Supervisor}
     */
    public Optional<EffectiveSpec> effectiveSpec(String id) throws InterruptedException {
        require("id", id);
        return client.look("get_effective_childspec", id, requests -> requests.effectiveSpec(id));
    }

    /**
     * Returns the process of a child. Stands for {@code director:get_pid/2}.
     *
     * @param id the id of the child
     * @return its pid; empty if there is no such child, or if it does not run
     * @throws InterruptedException see {@link Supervisor}
     */
    public Optional<Pid> pid(String id) throws InterruptedException {
        return child(id).map(ChildInfo::pid);
    }

    /**
     * Returns the plan of a child; of plans by reason the default one. Stands for {@code director:get_plan/2}.
     *
     * @param id the id of the child
     * @return the plan; empty if there is no such child, or if it has a restart type
     * @throws InterruptedException see {@link Supervisor}
     */
    public Optional<RestartPlan> plan(String id) throws InterruptedException {
        return effectiveSpec(id).map(EffectiveSpec::restart).map(rule -> switch (rule) {
            case RestartRule.ByPlan(RestartPolicy policy) -> policy.plan();
            case RestartRule.ByType type -> null;
        });
    }

    /**
     * Returns the number of plan elements that were run for a child; for a child with a restart type, the number of its
     * restarts. Stands for {@code director:get_restart_count/2}.
     *
     * @param id the id of the child
     * @return the number; empty if there is no such child
     * @throws InterruptedException see {@link Supervisor}
     */
    public OptionalInt restartCount(String id) throws InterruptedException {
        Optional<EffectiveSpec> spec = effectiveSpec(id);
        return spec.isPresent() ? OptionalInt.of(spec.get().restartCount()) : OptionalInt.empty();
    }

    /**
     * Returns the processes of the running children, in the order of the children's starts. Stands for {@code
     * director:get_pids/1}.
     *
     * @return a snapshot
     * @throws InterruptedException see {@link Supervisor}
     */
    public List<Pid> pids() throws InterruptedException {
        return whichChildren().stream()
                .flatMap(child -> Optional.ofNullable(child.pid()).stream())
                .toList();
    }

    /**
     * Returns the defaults for children. Stands for {@code director:get_default_childspec/1}.
     *
     * @return the defaults
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildDefaults defaultChildSpec() throws InterruptedException {
        return client.look("get_default_childspec", "", SupervisorRequests::defaults);
    }

    static void require(String name, @Nullable Object value) {
        if (value == null) {
            throw new NullPointerException(name + " must not be null");
        }
    }
}
