package io.github.ppool.supervisor;

import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.StartResult;
import org.jspecify.annotations.Nullable;

/**
 * {@link ChildStart#supervisor}. A specification is data and knows no running supervisor; so the class of running
 * supervisors gives its way of starting to this one when it is loaded.
 */
record SupervisorStart(SupervisorSpec spec) implements ChildStart {

    /** Starts a supervisor that is linked to its parent. */
    @FunctionalInterface
    interface Starter {
        StartResult startLink(ProcessContext parent, SupervisorSpec spec) throws InterruptedException;
    }

    private static final class Holder {
        private static volatile @Nullable Starter starter;

        private Holder() {}
    }

    /** Called once, when the class of running supervisors is loaded. */
    static void use(Starter starter) {
        Holder.starter = starter;
    }

    @Override
    public StartResult start(ProcessContext supervisor, @Nullable Object argument) throws Exception {
        return start(supervisor, spec);
    }

    /** As {@link #start(ProcessContext, Object)}, with another listener beside that of the specification. */
    StartResult start(ProcessContext supervisor, SupervisorListener beside) throws Exception {
        return start(supervisor, beside.equals(SupervisorListener.NONE)
                ? spec
                : spec.listener(new ListenerPair(spec.listener(), beside)));
    }

    private static StartResult start(ProcessContext supervisor, SupervisorSpec spec) throws Exception {
        Starter starter = Holder.starter;
        if (starter == null) { // a process that is no supervisor starts the first supervisor of this JVM
            Class.forName("io.github.ppool.supervisor.Supervisor");
            starter = Holder.starter;
        }
        if (starter == null) {
            throw new IllegalStateException("the class of supervisors has not been loaded");
        }
        return starter.startLink(supervisor, spec);
    }
}
