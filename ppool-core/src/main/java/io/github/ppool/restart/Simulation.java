package io.github.ppool.restart;

import io.github.ppool.process.ExitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * A simulated run of a policy, without waiting. The child starts at time zero. An immutable value.
 *
 * @param policy the simulated policy
 * @param steps one for each simulated end
 * @param notPlayed the number of given ends that were left, because the child was down for good
 */
public record Simulation(RestartPolicy policy, List<Step> steps, int notPlayed) {

    // Gives nextDouble() == 0.5, the middle of every jitter.
    private static final RandomGenerator MIDDLE = () -> Long.MIN_VALUE;

    /** Keeps the steps unmodifiable. */
    public Simulation {
        steps = List.copyOf(steps);
    }

    /**
     * An end or a failed start of the child.
     *
     * @param reason the reason of the end or of the failed start
     * @param ranFor the time that the child had run; empty for a failed start
     */
    public record End(ExitReason reason, Optional<Duration> ranFor) {

        /**
         * Makes an end after some time of running.
         *
         * @param ranFor zero or more
         * @param reason the exit reason
         * @return the end
         * @throws IllegalArgumentException if {@code ranFor} is negative
         */
        public static End after(Duration ranFor, ExitReason reason) {
            return new End(reason, Optional.of(DurationText.requireNotNegative("ranFor", ranFor)));
        }

        /**
         * Makes a failed start.
         *
         * @param reason the reason of the failed start
         * @return the end
         */
        public static End failedStart(ExitReason reason) {
            return new End(reason, Optional.empty());
        }

        @Override
        public String toString() {
            return (ranFor.isPresent() ? "" : "start fails: ") + ReasonText.print(reason);
        }
    }

    /**
     * One end and its consequence.
     *
     * @param at the time of the end, from the first start
     * @param end the end
     * @param decision the decision of the plan
     * @param restartCount the number of elements that were run so far
     */
    public record Step(Duration at, End end, Decision decision, int restartCount) {}

    static Simulation of(RestartPolicy policy, List<End> ends) {
        PlanState state = policy.newState();
        List<Step> steps = new ArrayList<>();
        Duration now = Duration.ZERO;
        for (End end : ends) {
            Duration startedAt = now;
            now = DurationText.sum(now, end.ranFor().orElse(Duration.ZERO));
            Decision decision = end.ranFor().isPresent()
                    ? state.next(end.reason(), now.toNanos(), startedAt.toNanos(), MIDDLE)
                    : state.nextAfterFailedStart(end.reason(), MIDDLE);
            steps.add(new Step(now, end, decision, state.restartCount()));
            if (decision instanceof Decision.RestartAfter after) {
                now = DurationText.sum(now, after.delay());
            } else if (!(decision instanceof Decision.RestartNow)) {
                break;
            }
        }
        return new Simulation(policy, steps, ends.size() - steps.size());
    }

    /** One line for each step, with its time, end and decision. */
    @Override
    public String toString() {
        int timeWidth = width(steps.stream().map(step -> DurationText.inShort(step.at())).toList());
        int endWidth = width(steps.stream().map(step -> step.end().toString()).toList());
        String lines = steps.stream()
                .map(step -> line(step, timeWidth, endWidth))
                .collect(Collectors.joining("\n"));
        return notPlayed == 0 ? lines : lines + "\n(down for good; ends not played: " + notPlayed + ")";
    }

    private static String line(Step step, int timeWidth, int endWidth) {
        String time = DurationText.inShort(step.at());
        String end = step.end().toString();
        return "at " + " ".repeat(timeWidth - time.length()) + time
                + "  " + end + " ".repeat(endWidth - end.length())
                + "  -> " + step.decision();
    }

    private static int width(List<String> texts) {
        return texts.stream().mapToInt(String::length).max().orElse(0);
    }
}
