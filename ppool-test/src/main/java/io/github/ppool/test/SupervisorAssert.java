package io.github.ppool.test;

import io.github.ppool.genserver.ServerExitedException;
import io.github.ppool.supervisor.ChildInfo;
import io.github.ppool.supervisor.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions on a supervisor and its children. Each asks the supervisor anew, once or, after {@link #within}, again and
 * again for that time. Each question blocks until the supervisor has answered. A failed assertion lists the children.
 * One thread uses it.
 */
public final class SupervisorAssert extends AbstractAssert<SupervisorAssert, Supervisor> {

    private Duration patience = Duration.ZERO;

    SupervisorAssert(Supervisor actual) {
        super(actual, SupervisorAssert.class);
    }

    /**
     * Lets each of the following assertions, those on children included, come true within a time.
     *
     * @param time by the real clock
     * @return this
     */
    public SupervisorAssert within(Duration time) {
        patience = Objects.requireNonNull(time, "time must not be null");
        return this;
    }

    /**
     * The supervisor runs.
     *
     * @return this
     */
    public SupervisorAssert isAlive() {
        isNotNull();
        if (!Polling.within(patience, () -> actual.pid().isAlive())) {
            failWithMessage("Expecting the supervisor %s to run, but it has ended", actual.pid());
        }
        return this;
    }

    /**
     * The supervisor has ended: it gave up or was stopped.
     *
     * @return this
     */
    public SupervisorAssert hasEnded() {
        isNotNull();
        if (!Polling.within(patience, () -> !actual.pid().isAlive())) {
            failWithMessage("Expecting the supervisor %s to have ended, but it runs", actual.pid());
        }
        return this;
    }

    /**
     * Which children there are, running or not.
     *
     * @param ids in the order of their starts
     * @return this
     */
    public SupervisorAssert hasChildren(String... ids) {
        List<String> expected = List.of(ids);
        return check(children -> ids(children).equals(expected), "to have the children " + expected);
    }

    /**
     * How many children run.
     *
     * @param count exactly
     * @return this
     */
    public SupervisorAssert hasRunning(int count) {
        return check(
                children -> children.stream().filter(child -> child.state() == ChildInfo.State.RUNNING)
                        .count() == count,
                "to have " + count + " children that run");
    }

    /**
     * Goes on with one child, which must be there.
     *
     * @param id its id
     * @return assertions on it
     */
    public ChildAssert child(String id) {
        check(children -> ids(children).contains(id), "to have a child '" + id + "'");
        return new ChildAssert(this, id);
    }

    private static List<String> ids(List<ChildInfo> children) {
        return children.stream().map(child -> String.valueOf(child.id())).toList();
    }

    SupervisorAssert check(Predicate<List<ChildInfo>> condition, String expected) {
        isNotNull();
        List<ChildInfo> last = new ArrayList<>();
        boolean held = Polling.within(patience, () -> {
            last.clear();
            last.addAll(children());
            return condition.test(last);
        });
        if (!held) {
            failWithMessage("%s", "Expecting the supervisor " + actual.pid() + " " + expected
                    + (patience.isZero() ? "" : " within " + patience) + ", but its children are " + last);
        }
        return this;
    }

    private List<ChildInfo> children() {
        try {
            return actual.whichChildren();
        } catch (ServerExitedException ended) {
            failWithMessage("Expecting the supervisor %s to tell of its children, but it has ended with %s",
                    actual.pid(),
                    ended.reason());
            return List.of();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("the test was interrupted", interrupted);
        }
    }
}
