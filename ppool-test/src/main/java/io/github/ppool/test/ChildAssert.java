package io.github.ppool.test;

import io.github.ppool.process.ExitReason;
import io.github.ppool.supervisor.ChildInfo;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on one child of a supervisor; made by {@link SupervisorAssert#child}. One thread uses it. It asks the
 * supervisor, and blocks until the supervisor has answered.
 */
public final class ChildAssert {

    private final SupervisorAssert supervisor;
    private final String id;

    ChildAssert(SupervisorAssert supervisor, String id) {
        this.supervisor = supervisor;
        this.id = id;
    }

    /**
     * The child runs.
     *
     * @return this
     */
    public ChildAssert isRunning() {
        return check(child -> child.state() == ChildInfo.State.RUNNING, "to run");
    }

    /**
     * The child does not run and is about to be restarted by the supervisor.
     *
     * @return this
     */
    public ChildAssert isRestarting() {
        return check(child -> child.state() == ChildInfo.State.RESTARTING, "to wait for its restart");
    }

    /**
     * The child does not run, and is not about to be restarted.
     *
     * @return this
     */
    public ChildAssert isDown() {
        return check(child -> child.state() == ChildInfo.State.UNDEFINED, "to be down");
    }

    /**
     * How often the child has been started again.
     *
     * @param count exactly
     * @return this
     */
    public ChildAssert hasRestarts(int count) {
        return check(child -> child.restarts() == count, "to have been restarted " + count + " times");
    }

    /**
     * Why the child ended last.
     *
     * @param reason the reason
     * @return this
     */
    public ChildAssert hasLastExit(ExitReason reason) {
        return check(child -> reason.equals(child.lastExit()), "to have ended last with " + reason);
    }

    /**
     * With which exception the child ended last.
     *
     * @param type of the exception
     * @return this
     */
    public ChildAssert hasLastExit(Class<? extends Throwable> type) {
        return check(child -> isFailure(child.lastExit(), type), "to have ended last with " + type.getName());
    }

    private static boolean isFailure(@Nullable ExitReason reason, Class<? extends Throwable> type) {
        return reason != null && reason.cause().filter(type::isInstance).isPresent();
    }

    /**
     * Goes back.
     *
     * @return the assertions on the supervisor
     */
    public SupervisorAssert and() {
        return supervisor;
    }

    private ChildAssert check(Predicate<ChildInfo> condition, String expected) {
        supervisor.check(
                children -> children.stream().anyMatch(child -> id.equals(child.id()) && condition.test(child)),
                "to have a child '" + id + "' " + expected);
        return this;
    }
}
