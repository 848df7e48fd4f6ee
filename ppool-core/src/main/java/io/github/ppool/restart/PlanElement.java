package io.github.ppool.restart;

import io.github.ppool.guard.ForeignText;
import io.github.ppool.process.ExitReason;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One element of a {@link RestartPlan}: the reaction to one end. All elements are immutable values; their text is that
 * of the plan.
 */
public sealed interface PlanElement permits Backoff, PlanElement.Restart, PlanElement.Delay, PlanElement.Wait,
        PlanElement.Delete, PlanElement.Stop, PlanElement.StopWith, PlanElement.Function, PlanElement.Repeat {

    /** Restart now: {@code restart}. */
    PlanElement RESTART = new Restart();

    /** Stay down until a request restarts the child: {@code wait}. */
    PlanElement WAIT = new Wait();

    /** Forget the child: {@code delete}. */
    PlanElement DELETE = new Delete();

    /** End the supervisor with {@link PlanExit#STOP}: {@code stop}. */
    PlanElement STOP = new Stop();

    /**
     * Restarts after a fixed delay, written as the delay alone: director's <code>{restart, MS}</code>.
     *
     * @param delay zero or more; unlike {@link #RESTART}, zero still goes through a timer
     * @return the element
     * @throws IllegalArgumentException if the delay is negative
     */
    static PlanElement after(Duration delay) {
        return new Delay(delay);
    }

    /**
     * Ends the supervisor with a reason: <code>{stop: reason}</code>.
     *
     * @param reason any reason; for the reasons that have a text see {@link RestartPlan#isText}
     * @return the element
     */
    static PlanElement stop(ExitReason reason) {
        return new StopWith(reason);
    }

    /**
     * Decides in code.
     *
     * @param name the name in logs, printed in angle brackets; must not be blank
     * @param function the decision
     * @return the element
     * @throws IllegalArgumentException if the name is blank
     */
    static PlanElement function(String name, PlanFunction function) {
        return new Function(name, function);
    }

    /**
     * Repeats this element for a number of ends in a row: {@code restart*5}. A repeated {@link Backoff} ends after that
     * number of delays.
     *
     * @param times 1 or more
     * @return the element
     * @throws IllegalArgumentException if {@code times} is less than 1, or if this is a repetition itself
     */
    default PlanElement times(int times) {
        return new Repeat(this, times);
    }

    /** See {@link #RESTART}. */
    record Restart() implements PlanElement {
        @Override
        public String toString() {
            return "restart";
        }
    }

    /**
     * See {@link #after}.
     *
     * @param delay zero or more
     */
    record Delay(Duration delay) implements PlanElement {
        /** Checks the delay. */
        public Delay {
            delay = DurationText.requireNotNegative("delay", delay);
        }

        @Override
        public String toString() {
            return DurationText.print(delay);
        }
    }

    /** See {@link #WAIT}. */
    record Wait() implements PlanElement {
        @Override
        public String toString() {
            return "wait";
        }
    }

    /** See {@link #DELETE}. */
    record Delete() implements PlanElement {
        @Override
        public String toString() {
            return "delete";
        }
    }

    /** See {@link #STOP}. */
    record Stop() implements PlanElement {
        @Override
        public String toString() {
            return "stop";
        }
    }

    /**
     * See {@link #stop}.
     *
     * @param reason the exit reason of the supervisor
     */
    record StopWith(ExitReason reason) implements PlanElement {
        /** Checks the reason. */
        public StopWith {
            Objects.requireNonNull(reason, "reason must not be null");
        }

        @Override
        public String toString() {
            return "{stop: " + ReasonText.print(reason) + "}";
        }
    }

    /**
     * See {@link #function}. Two are equal if their names are equal and the function is the same object.
     *
     * @param name the name in logs
     * @param function the decision
     */
    record Function(String name, PlanFunction function) implements PlanElement {
        /** Checks both. */
        public Function {
            Objects.requireNonNull(function, "plan function must not be null");
            if (name.isBlank()) {
                throw new IllegalArgumentException("name of a plan function must not be blank, got: \""
                        + ForeignText.of(name) + "\"");
            }
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // a function is foreign code
        public boolean equals(@Nullable Object other) {
            return other instanceof Function that && name.equals(that.name) && function == that.function;
        }

        @Override
        public int hashCode() {
            return 31 * name.hashCode() + System.identityHashCode(function);
        }

        /** Not part of the language: a function has no text that could be parsed. */
        @Override
        public String toString() {
            return "<" + name + ">";
        }
    }

    /**
     * See {@link #times}.
     *
     * @param element the repeated element, no repetition itself
     * @param times 1 or more
     */
    record Repeat(PlanElement element, int times) implements PlanElement {
        /** Checks both. */
        public Repeat {
            if (element instanceof Repeat) {
                throw new IllegalArgumentException("a repetition must not be repeated, got: " + element);
            }
            if (times < 1) {
                throw new IllegalArgumentException("times must be at least 1, got: " + times);
            }
        }

        @Override
        public String toString() {
            return element + "*" + times;
        }
    }
}
