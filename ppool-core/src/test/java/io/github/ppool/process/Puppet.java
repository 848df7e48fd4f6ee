package io.github.ppool.process;

import io.github.ppool.conformance.World;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A process that runs the actions of a test, and keeps the messages that it receives. */
final class Puppet {

    /** An action for the process itself. */
    interface Deed<T> {
        T apply(ProcessContext self) throws Exception;
    }

    /** The same without a result. */
    interface Act {
        void apply(ProcessContext self) throws Exception;
    }

    private record Order<T>(Deed<T> deed, CompletableFuture<T> result) {
        void obey(ProcessContext self) {
            try {
                result.complete(deed.apply(self));
            } catch (ProcessExit exit) {
                result.completeExceptionally(exit);
                throw exit;
            } catch (Throwable thrown) {
                result.completeExceptionally(thrown);
            }
        }
    }

    private final World world;
    private final Pid pid;
    private final ConcurrentLinkedQueue<Object> messages = new ConcurrentLinkedQueue<>();

    Puppet(World world, SpawnOptions options) {
        this.world = world;
        this.pid = world.system().spawn(this::live, options);
    }

    Puppet(World world, String label) {
        this(world, SpawnOptions.labelled(label));
    }

    static Puppet trapping(World world, String label) {
        return new Puppet(world, SpawnOptions.labelled(label).trappingExits());
    }

    private void live(ProcessContext self) throws InterruptedException {
        while (true) {
            Object message = self.receive();
            if (message instanceof Order<?> order) {
                order.obey(self);
            } else {
                messages.add(message);
            }
        }
    }

    Pid pid() {
        return pid;
    }

    /** Runs an action and returns its result; an exception of the action is thrown here as well. */
    <T> T get(Deed<T> deed) {
        CompletableFuture<T> result = begin(deed);
        try {
            return result.get(50, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new AssertionError(e.getCause());
        } catch (Exception e) {
            throw new AssertionError("nothing came of it", e);
        }
    }

    void run(Act act) {
        get(self -> {
            act.apply(self);
            return true;
        });
    }

    /** Has it begin an action, and does not wait. */
    <T> CompletableFuture<T> begin(Deed<T> deed) {
        CompletableFuture<T> result = new CompletableFuture<>();
        pid.send(new Order<>(deed, result));
        return result;
    }

    /** Ends it by its own will. */
    void exit(ExitReason reason) {
        begin(self -> {
            throw self.exit(reason);
        });
        world.quiesce();
    }

    /** The received messages, once all processes are at rest. */
    List<Object> messages() {
        world.quiesce();
        return new ArrayList<>(messages);
    }

    /** Why it ended, once all processes are at rest; null while it is alive. */
    ExitReason reason() {
        world.quiesce();
        return world.system().exitReason(pid).orElse(null);
    }
}
