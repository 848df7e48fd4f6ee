package io.github.ppool.benchmarks.supervision;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Pekko typed. Its supervision restarts an actor in place: a child is "killed" by a message at which it throws. Work of
 * the guardian is sent to it as a message, because only an actor can start others.
 */
final class PekkoNursery implements Nursery {

    private final Semaphore born = new Semaphore(0);
    private final Semaphore done = new Semaphore(0);
    private final List<ActorRef<Object>> flood = new ArrayList<>();
    private final List<ActorRef<Object>> many = new ArrayList<>();
    private final ActorSystem<Consumer<ActorContext<Consumer<?>>>> system;
    /** Of the guardian. */
    private int leftToDo;
    /** A message of the guardian: the action for the end of a watched child. */
    private Consumer<ActorContext<Consumer<?>>> whenEnded = context -> {};

    @SuppressWarnings({"unchecked", "rawtypes"}) // the guardian's messages are functions of its own context
    PekkoNursery() {
        Behavior guardian = Behaviors.<Consumer>receive((context, message) -> {
            message.accept(context);
            return Behaviors.same();
        }, (context, signal) -> {
            if (signal instanceof Terminated) {
                whenEnded.accept((ActorContext) context);
            }
            return Behaviors.same();
        });
        system = ActorSystem.create(guardian, "nursery");
    }

    private static Behavior<Object> idle() {
        return Behaviors.receiveMessage(message -> Behaviors.same());
    }

    private Behavior<Object> idleAndTell() {
        return Behaviors.setup(context -> {
            born.release();
            return idle();
        });
    }

    private Behavior<Object> restarted() {
        return Behaviors.supervise(Behaviors.setup(context -> {
            born.release();
            return Behaviors.receiveMessage(message -> {
                throw new IllegalStateException("killed");
            });
        }))
                .onFailure(SupervisorStrategy.restart());
    }

    private void inGuardian(Consumer<ActorContext<Consumer<?>>> what) throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        system.tell(context -> {
            what.accept(context);
            ran.countDown();
        });
        ran.await();
    }

    @Override
    public void startAndEnd(int times) throws InterruptedException {
        system.tell(context -> {
            leftToDo = times;
            whenEnded = this::startAndEndNext;
            startAndEndNext(context);
        });
        done.acquire();
    }

    private void startAndEndNext(ActorContext<Consumer<?>> context) {
        if (leftToDo-- == 0) {
            done.release();
            return;
        }
        ActorRef<Object> child = context.spawnAnonymous(idle());
        context.watch(child);
        context.stop(child);
    }

    @Override
    public long[] killOneByOne(int times) throws InterruptedException {
        born.drainPermits();
        List<ActorRef<Object>> children = new ArrayList<>();
        inGuardian(context -> children.add(context.spawnAnonymous(restarted())));
        born.acquire();
        ActorRef<Object> child = children.getFirst();
        long[] nanos = new long[times];
        for (int i = 0; i < times; i++) {
            long from = System.nanoTime();
            child.tell("kill");
            born.acquire();
            nanos[i] = System.nanoTime() - from;
        }
        inGuardian(context -> context.stop(child));
        return nanos;
    }

    @Override
    public void prepareFlood(int children) throws InterruptedException {
        inGuardian(context -> {
            for (int i = 0; i < children; i++) {
                flood.add(context.spawnAnonymous(restarted()));
            }
        });
        born.acquire(children);
    }

    @Override
    public void killAll() throws InterruptedException {
        for (ActorRef<Object> child : flood) {
            child.tell("kill");
        }
        born.acquire(flood.size());
    }

    @Override
    public void startMany(int children) throws InterruptedException {
        born.drainPermits();
        inGuardian(context -> {
            for (int i = 0; i < children; i++) {
                ActorRef<Object> child = context.spawnAnonymous(idleAndTell());
                context.watch(child);
                many.add(child);
            }
        });
        born.acquire(children);
    }

    @Override
    public void stopMany() throws InterruptedException {
        inGuardian(context -> {
            leftToDo = many.size();
            whenEnded = same -> {
                if (--leftToDo == 0) {
                    done.release();
                }
            };
            many.forEach(context::stop);
        });
        done.acquire();
        many.clear();
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }
}
