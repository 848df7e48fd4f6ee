package io.github.ppool.spring.boot.lifecycle;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.process.Pid;
import io.github.ppool.spring.boot.TreesListener;
import io.github.ppool.supervisor.SupervisorEvent;
import io.github.ppool.supervisor.SupervisorListener;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells the listeners of the application of the events in a tree, after the listener of the tree's specification. */
final class TreeEvents implements SupervisorListener {

    private final String tree;
    private final SupervisorListener own;
    private final Supplier<List<TreesListener>> listeners;

    TreeEvents(String tree, SupervisorListener own, Supplier<List<TreesListener>> listeners) {
        this.tree = tree;
        this.own = own;
        this.listeners = listeners;
    }

    @Override
    public void on(SupervisorEvent event) {
        ForeignCode.tell("The listener of tree '" + tree + "'", () -> own.on(event));
        tell(listener -> listener.supervised(tree, event));
    }

    @Override
    public void decided(Pid supervisor, String id, String follows, @Nullable Duration in) {
        ForeignCode.tell("The listener of tree '" + tree + "'", () -> own.decided(supervisor, id, follows, in));
        tell(listener -> listener.decided(tree, step(id), follows, in));
    }

    @Override
    public SupervisorListener below(String id) {
        SupervisorListener[] ofSpec = {NONE};
        ForeignCode.tell("The listener of tree '" + tree + "'", () -> ofSpec[0] = own.below(id));
        return new Below(step(id), ofSpec[0]);
    }

    @Override
    public boolean logsCrashes() {
        return own.logsCrashes();
    }

    private void tell(Consumer<TreesListener> what) {
        listeners.get().forEach(listener -> ForeignCode.tell(
                "TreesListener " + listener.getClass().getName(), () -> what.accept(listener)));
    }

    private static String step(String id) {
        return id.replace("%", "%25").replace("/", "%2F");
    }

    /** The events of a supervisor below the top. */
    private final class Below implements SupervisorListener {

        private final String path;
        private final SupervisorListener ofSpec;

        Below(String path, SupervisorListener ofSpec) {
            this.path = path;
            this.ofSpec = ofSpec;
        }

        @Override
        public void on(SupervisorEvent event) {
            ForeignCode.tell("The listener of tree '" + tree + "'", () -> ofSpec.on(event));
            tell(listener -> listener.supervisedBelow(tree, path, event));
        }

        @Override
        public void decided(Pid supervisor, String id, String follows, @Nullable Duration in) {
            ForeignCode.tell("The listener of tree '" + tree + "'",
                    () -> ofSpec.decided(supervisor, id, follows, in));
            tell(listener -> listener.decided(tree, path + "/" + step(id), follows, in));
        }

        @Override
        public SupervisorListener below(String id) {
            SupervisorListener[] further = {NONE};
            ForeignCode.tell("The listener of tree '" + tree + "'", () -> further[0] = ofSpec.below(id));
            return new Below(path + "/" + step(id), further[0]);
        }
    }
}
