package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.spring.boot.observe.Observer;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** The part of the endpoint for pages that show the application live. */
final class ObserveControl {

    /** The place of the snapshots at the endpoint. A pool or tree of that name takes it. */
    static final String NAME = "observe";
    /** The length of the lists of largest values unless the request sets another one. */
    static final int TOP = 10;
    /** The greatest length of the lists. */
    static final int LONGEST_TOP = 100;

    private final Observer observer;
    private final BooleanSupplier writable;
    private final Predicate<String> isTaken;

    /**
     * Makes the part.
     *
     * @param observer makes the snapshots
     * @param writable tells if the endpoint takes actions
     * @param isTaken tells if a pool or tree has a name
     */
    ObserveControl(Observer observer, BooleanSupplier writable, Predicate<String> isTaken) {
        this.observer = observer;
        this.writable = writable;
        this.isTaken = isTaken;
    }

    boolean isNamed(String name) {
        return name.equals(NAME) && !isTaken.test(name);
    }

    /**
     * Makes a snapshot.
     *
     * @param request the parameters
     * @param values whether the messages and stacks of exceptions are shown
     */
    ObserveDescriptor observe(ObserveRequest request, boolean values) {
        return ObserveDescriptor.of(observer.look(request.question(values)), writable.getAsBoolean());
    }
}
