package io.github.ppool.process;

import io.github.ppool.time.ManualClock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Two processes that trap exits, without threads of their own: the actors are their threads. */
class Two {

    static final ExitReason BOOM = ExitReason.of("boom");

    private static final VarHandle WAITS_FOR;

    static {
        try {
            WAITS_FOR = MethodHandles.privateLookupIn(ProcessCell.class, MethodHandles.lookup())
                    .findVarHandle(ProcessCell.class, "waitsFor", BooleanSupplier.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final ProcessSystem system = new ProcessSystem(new ManualClock());
    final ProcessCell root = (ProcessCell) system.rootPid();
    final ProcessCell a = new ProcessCell(root.system, 1, "a", true);
    final ProcessCell b = new ProcessCell(root.system, 2, "b", true);

    /** The calling actor as the process a. */
    ProcessContext own() {
        a.bind(Thread.currentThread());
        return new ProcessContext(system, a);
    }

    /** True if another thread has cleared the mark that the process waits, which an unpark follows. */
    static boolean wakened(ProcessCell cell) {
        return WAITS_FOR.getVolatile(cell) == null;
    }

    static int exits(ProcessCell cell) {
        return count(cell, Exit.class);
    }

    static int downs(ProcessCell cell) {
        return count(cell, Down.class);
    }

    private static int count(ProcessCell cell, Class<?> type) {
        int count = 0;
        while (cell.mailbox.take(type::isInstance) != null) {
            count++;
        }
        return count;
    }

    static int number(@Nullable Object message) {
        return message == null ? 0 : (Integer) message;
    }
}
