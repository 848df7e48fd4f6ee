package io.github.ppool.benchmarks.processes;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Pekko typed: ask, tell, and actors in a ring. */
final class PekkoMessages implements Messages {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** A request, and the actor that gets the answer. */
    private record Add(int more, ActorRef<Integer> from) {}

    private final Semaphore arrived = new Semaphore(0);
    private record Actors(ActorRef<Add> counter, ActorRef<Integer> sink, ActorRef<Object> ring) {}

    private final ActorSystem<Object> system;
    private final Actors actors;

    PekkoMessages() {
        CompletableFuture<Actors> made = new CompletableFuture<>();
        system = ActorSystem.create(Behaviors.setup(context -> {
            ActorRef<Object> first = context.spawnAnonymous(firstMember());
            ActorRef<Object> next = first;
            for (int i = 1; i < RING; i++) {
                next = context.spawnAnonymous(member(next));
            }
            first.tell(next);
            made.complete(
                    new Actors(context.spawnAnonymous(counting(new int[1])), context.spawnAnonymous(taking()), first));
            return Behaviors.empty();
        }), "messages");
        actors = made.join();
    }

    private static Behavior<Add> counting(int[] count) {
        return Behaviors.receiveMessage(add -> {
            count[0] += add.more();
            add.from().tell(count[0]);
            return Behaviors.same();
        });
    }

    private Behavior<Integer> taking() {
        return Behaviors.receiveMessage(left -> {
            if (left == 0) {
                arrived.release();
            }
            return Behaviors.same();
        });
    }

    @SuppressWarnings("unchecked") // the first message is the next member
    private Behavior<Object> firstMember() {
        return Behaviors.receiveMessage(next -> member((ActorRef<Object>) next));
    }

    private Behavior<Object> member(ActorRef<Object> next) {
        return Behaviors.receiveMessage(message -> {
            int left = (Integer) message;
            if (left == 0) {
                arrived.release();
            } else {
                next.tell(left - 1);
            }
            return Behaviors.same();
        });
    }

    private int ask(int more) throws Exception {
        return AskPattern.<Add, Integer>ask(
                actors.counter(), from -> new Add(more, from), TIMEOUT, system.scheduler())
                .toCompletableFuture()
                .get();
    }

    @Override
    public void call(int times) throws Exception {
        for (int i = 0; i < times; i++) {
            ask(1);
        }
    }

    @Override
    public int counted() throws Exception {
        return ask(0);
    }

    @Override
    public void send(int times) throws InterruptedException {
        for (int left = times - 1; left >= 0; left--) {
            actors.sink().tell(left);
        }
        arrived.acquire();
    }

    @Override
    public void hop(int times) throws InterruptedException {
        actors.ring().tell(times);
        arrived.acquire();
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }
}
