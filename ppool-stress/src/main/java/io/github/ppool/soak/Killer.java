package io.github.ppool.soak;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Kills so many processes in a second, the kinds of {@link Victim} in turn, and replaces the borrowers' processes.
 * When no victim of a kind is there at the moment, another kind's turn comes. One thread, but for the figures.
 */
final class Killer implements Runnable {

    private static final long TICK_NANOS = 1_000_000;
    /** The time for which kills are made up after the machine was busy with other work. */
    private static final double MOST_MADE_UP_SECONDS = 0.25;
    private static final Victim[] KINDS = Victim.values();

    /** A borrower that is a process, and the process that it is at the moment. */
    private static final class Seat {
        private final Supplier<Borrower> maker;
        private Borrower borrower;
        private Pid pid;

        private Seat(Supplier<Borrower> maker, ProcessSystem system) {
            this.maker = maker;
            this.borrower = maker.get();
            this.pid = spawn(system, borrower);
        }

        private void fill(ProcessSystem system) {
            if (!pid.isAlive()) {
                borrower = maker.get();
                pid = spawn(system, borrower);
            }
        }

        private static Pid spawn(ProcessSystem system, Borrower borrower) {
            return system.spawn(self -> borrower.live(), SpawnOptions.labelled("borrower"));
        }
    }

    private final ProcessSystem system;
    private final Settings settings;
    private final Gate gate;
    private final Workers workers;
    private final List<Supplier<Borrower>> borrowers;
    private final Random dice;
    private final Map<Victim, LongAdder> kills = new EnumMap<>(Victim.class);
    private final LongAdder activeNanos = new LongAdder();
    private int turn;

    Killer(ProcessSystem system, Settings settings, Gate gate, Workers workers, List<Supplier<Borrower>> borrowers,
            Random dice) {
        this.system = system;
        this.settings = settings;
        this.gate = gate;
        this.workers = workers;
        this.borrowers = List.copyOf(borrowers);
        this.dice = dice;
        for (Victim kind : KINDS) {
            kills.put(kind, new LongAdder());
        }
    }

    /** For any thread. */
    Map<Victim, Long> kills() {
        Map<Victim, Long> counts = new EnumMap<>(Victim.class);
        kills.forEach((kind, count) -> counts.put(kind, count.sum()));
        return counts;
    }

    /** For any thread: how long it has been allowed to kill. */
    long activeNanos() {
        return activeNanos.sum();
    }

    @Override
    public void run() {
        List<Seat> seats = new ArrayList<>();
        borrowers.forEach(maker -> seats.add(new Seat(maker, system)));
        double due = 0;
        long before = System.nanoTime();
        while (gate.goesOn()) {
            LockSupport.parkNanos(TICK_NANOS);
            long now = System.nanoTime();
            if (gate.isOpen()) {
                seats.forEach(seat -> seat.fill(system));
                double most = Math.max(1, settings.killsASecond() * MOST_MADE_UP_SECONDS);
                due = Math.min(most, due + settings.killsASecond() * (now - before) / 1e9);
                due -= kill((int) due, seats);
                activeNanos.add(now - before);
            }
            before = now;
        }
    }

    /** How many were found to be killed. */
    private int kill(int wanted, List<Seat> seats) {
        if (wanted == 0) {
            return 0;
        }
        Map<Victim, List<Pid>> present = present(seats);
        for (int killed = 0; killed < wanted; killed++) {
            if (!killNext(present)) {
                return killed;
            }
        }
        return wanted;
    }

    private boolean killNext(Map<Victim, List<Pid>> present) {
        for (int i = 0; i < KINDS.length; i++) {
            Victim kind = KINDS[turn++ % KINDS.length];
            List<Pid> victims = present.get(kind);
            if (victims != null && !victims.isEmpty()) {
                system.exit(victims.remove(dice.nextInt(victims.size())), ExitReason.KILL);
                kills.get(kind).increment();
                return true;
            }
        }
        return false;
    }

    private Map<Victim, List<Pid>> present(List<Seat> seats) {
        Map<Victim, List<Pid>> present = new EnumMap<>(Victim.class);
        for (Worker worker : workers.present()) {
            Victim kind = worker.looksLike();
            boolean spared = kind == Victim.IDLE_WORKER && settings.fault() == Fault.SPARE_IDLE;
            if (worker.process().isAlive() && !spared) {
                present.computeIfAbsent(kind, any -> new ArrayList<>()).add(worker.process());
            }
        }
        for (Seat seat : seats) {
            if (seat.pid.isAlive() && seat.borrower.hasLease()) {
                present.computeIfAbsent(Victim.BORROWER, any -> new ArrayList<>()).add(seat.pid);
            }
        }
        return present;
    }
}
