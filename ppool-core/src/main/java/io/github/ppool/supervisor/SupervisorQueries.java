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
     * The supervisor's process.
     *
     * @return its pid
     */
    public Pid pid() {
        return client.pid();
    }

    /**
     * All children, in the order of their starts. Linear in their number. Stands for
     * {@code supervisor:which_children/1}.
     *
     * @return a snapshot
     * @throws InterruptedException see {@link Supervisor}
     */
    public List<ChildInfo> whichChildren() throws InterruptedException {
        return client.look("which_children", "", SupervisorRequests::whichChildren);
    }

    /**
     * Some children, in the order of their starts: a page. The key of a child is a number, which no restart changes and
     * no other child of this supervisor ever has. So children that come and go between two pages move no other child: a
     * child that stays is on one page, a child that comes is on the last one. One question to the supervisor, which
     * takes the same time for each page of a size, however many children there are.
     *
     * @param after where the page begins: {@link ChildPage#next} of the page before, also if that child is gone by now;
     *     0 for the first page
     * @param limit how many children at most, 1 or more
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
     * How many children there are, of which kind, and how many of them are alive. Takes the same time for any number of
     * them, those apart that are not linked to the supervisor. Stands for {@code supervisor:count_children/1}.
     *
     * @return a snapshot
     * @throws InterruptedException see {@link Supervisor}
     */
    public ChildCounts countChildren() throws InterruptedException {
        return client.look("count_children", "", SupervisorRequests::countChildren);
    }

    /**
     * One child.
     *
     * @param id which
     * @return empty if there is none
     * @throws InterruptedException see {@link Supervisor}
     */
    public Optional<ChildInfo> child(String id) throws InterruptedException {
        require("id", id);
        return client.look("get_child", id, requests -> requests.info(id));
    }

    /**
     * The specification that the child with this process was added with; also under
     * {@link Strategy#SIMPLE_ONE_FOR_ONE}. Stands for {@code supervisor:get_childspec/2} with a pid.
     *
     * @param pid which
     * @return empty if there is none
     * @throws InterruptedException see {@link Supervisor}
     */
    public Optional<ChildSpec> childSpec(Pid pid) throws InterruptedException {
        require("pid", pid);
        return client.look("get_childspec", pid, requests -> requests.spec(pid));
    }

    /**
     * The specification that a child was added with; under {@link Strategy#SIMPLE_ONE_FOR_ONE} the template. Stands for
     * {@code supervisor:get_childspec/2}.
     *
     * @param id which
     * @return empty if there is none
     * @throws InterruptedException see {@link Supervisor}
     */
    public Optional<ChildSpec> childSpec(String id) throws InterruptedException {
        require("id", id);
        return client.look("get_childspec", id, requests -> requests.spec(id));
    }

    /**
     * The specification that holds now for the child with this process; also under {@link Strategy#SIMPLE_ONE_FOR_ONE}.
     * Stands for {@code director:get_childspec/2} with a pid.
     *
     * @param pid which
     * @return empty if there is none
     * @throws InterruptedException see {@link Supervisor}
     */
    public Optional<EffectiveSpec> effectiveSpec(Pid pid) throws InterruptedException {
        require("pid", pid);
        return client.look("get_effective_childspec", pid, requests -> requests.effectiveSpec(pid));
    }

    /**
     * What holds for a child now. Stands for {@code director:get_childspec/2}.
     *
     * @param id which
     * @return empty if there is none
     * @throws InterruptedException see {@link Supervisor}
     */
    public Optional<EffectiveSpec> effectiveSpec(String id) throws InterruptedException {
        require("id", id);
        return client.look("get_effective_childspec", id, requests -> requests.effectiveSpec(id));
    }

    /**
     * The process of a child. Stands for {@code director:get_pid/2}.
     *
     * @param id which
     * @return empty if there is no such child, or if it does not run
     * @throws InterruptedException see {@link Supervisor}
     */
    public Optional<Pid> pid(String id) throws InterruptedException {
        return child(id).map(ChildInfo::pid);
    }

    /**
     * The plan of a child, the default one if it has several by reason. Stands for {@code director:get_plan/2}.
     *
     * @param id which
     * @return empty if there is no such child, or if it has a restart type
     * @throws InterruptedException see {@link Supervisor}
     */
    public Optional<RestartPlan> plan(String id) throws InterruptedException {
        return effectiveSpec(id).map(EffectiveSpec::restart).map(rule -> switch (rule) {
            case RestartRule.ByPlan(RestartPolicy policy) -> policy.plan();
            case RestartRule.ByType type -> null;
        });
    }

    /**
     * How many elements of its plan have been run for a child; for one with a restart type, how often it was started
     * again. Stands for {@code director:get_restart_count/2}.
     *
     * @param id which
     * @return empty if there is no such child
     * @throws InterruptedException see {@link Supervisor}
     */
    public OptionalInt restartCount(String id) throws InterruptedException {
        Optional<EffectiveSpec> spec = effectiveSpec(id);
        return spec.isPresent() ? OptionalInt.of(spec.get().restartCount()) : OptionalInt.empty();
    }

    /**
     * The processes of the children that run, in the order of the children's starts. Stands for
     * {@code director:get_pids/1}.
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
     * The common part of the children. Stands for {@code director:get_default_childspec/1}.
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
