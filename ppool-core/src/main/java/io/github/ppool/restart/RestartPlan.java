package io.github.ppool.restart;

import io.github.ppool.process.ExitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What happens after each end of a child: director's {@code plan}. Each end takes the next element; at
 * the end of the list it begins again, as many times in all as its {@link RestartCount} says. An
 * immutable value, shared by all that follow it.
 *
 * <p>The text of a plan:
 *
 * <pre>{@code
 * plan     = "[" [ element { "," element } ] "]"
 * element  = once [ "*" NUMBER ]                  in a list it may stand in quotes
 * once     = "restart" | delay | backoff | "wait" | "delete" | "stop" | "{" "stop" ":" reason "}"
 * delay    = DURATION
 * backoff  = "backoff" DURATION ".." DURATION [ "x" DECIMAL ] [ "jitter" DECIMAL "%" ]
 * reason   = WORD | STRING | "{" "shutdown" ":" ( WORD | STRING ) "}"
 * DURATION = NUMBER ( "ns" | "us" | "ms" | "s" | "m" | "h" | "d" ), or ISO-8601 such as PT5S
 * WORD     = a letter or _, then letters, digits, _ . -
 * STRING   = in " or ', with \ before a quote or a \
 * }</pre>
 *
 * <p>Without {@code x} the delays of a back-off double, without {@code jitter} they have none. The
 * reasons {@code normal}, {@code shutdown}, {@code kill}, {@code killed} and {@code noproc} are those
 * of the runtime. A text may have {@link #LONGEST} characters, a plan that is read {@link #MOST_ELEMENTS}
 * elements; what is longer is refused, not read.
 */
public final class RestartPlan {

    /** The plan without elements: the first end makes the supervisor exit. */
    public static final RestartPlan EMPTY = new RestartPlan(List.of());

    /** The greatest length of a text that is read, of a whole plan or of one element, in characters. */
    public static final int LONGEST = PlanParser.LONGEST;

    /** So many elements a plan may have that is read from a text or a list. */
    public static final int MOST_ELEMENTS = PlanParser.MOST_ELEMENTS;

    private final List<PlanElement> elements;

    private RestartPlan(List<PlanElement> elements) {
        this.elements = List.copyOf(elements);
    }

    /**
     * A plan of these elements.
     *
     * @param elements none or more
     */
    public static RestartPlan of(PlanElement... elements) {
        return new RestartPlan(List.of(elements));
    }

    /**
     * Reads the text of a whole plan, such as {@code [restart, 5s, wait]}.
     *
     * @param text in the grammar above
     * @throws RestartPlanSyntaxException if it is not in the grammar, is longer than {@link #LONGEST} or has
     *     more than {@link #MOST_ELEMENTS} elements
     */
    public static RestartPlan parse(String text) {
        return new RestartPlan(PlanParser.plan(text));
    }

    /**
     * Reads a plan that is a list already, as YAML gives it: each item is the text of an element, a
     * {@link PlanElement}, a {@link Duration} (a delay), or what YAML makes of an unquoted <code>
     * {stop: reason}</code>, a map with the one key {@code stop}.
     *
     * @param items none or more
     * @throws RestartPlanSyntaxException if a text is not in the grammar or longer than {@link #LONGEST}; the
     *     column counts within the item
     * @throws IllegalArgumentException if an item is something else, or there are more than {@link #MOST_ELEMENTS}
     */
    public static RestartPlan parse(List<?> items) {
        if (items.size() > MOST_ELEMENTS) {
            throw new IllegalArgumentException(
                    "a plan must have at most " + MOST_ELEMENTS + " elements, got: " + items.size());
        }
        List<PlanElement> elements = new ArrayList<>(items.size());
        for (Object item : items) {
            elements.add(item(item));
        }
        return new RestartPlan(elements);
    }

    private static PlanElement item(@Nullable Object item) {
        return switch (item) {
            case String text -> PlanParser.element(text);
            case PlanElement element -> element;
            case Duration delay -> PlanElement.after(delay);
            case Map<?, ?> map when map.size() == 1 && map.get("stop") instanceof String reason ->
                PlanElement.stop(ExitReason.of(reason(reason)));
            case null, default ->
                throw new IllegalArgumentException(
                        "an element of a plan must be a text such as restart or 5s, got: " + ShortText.of(item));
        };
    }

    private static String reason(String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "a reason in a plan must have at most " + LONGEST + " characters, got: " + text.length());
        }
        return text;
    }

    /** The elements, unmodifiable. */
    public List<PlanElement> elements() {
        return elements;
    }

    /** Whether there is no element. */
    public boolean isEmpty() {
        return elements.isEmpty();
    }

    /**
     * What a child gets whose specification says {@code append}: director puts its own plan after that
     * of the default specification, which is this one.
     *
     * @param own the child's own plan
     */
    public RestartPlan append(RestartPlan own) {
        List<PlanElement> both = new ArrayList<>(elements);
        both.addAll(own.elements);
        return new RestartPlan(both);
    }

    /**
     * This plan without the first occurrence of each element of another one: Erlang's {@code --}, by
     * which director takes the old default plan out of a child's plan before it puts the new one in
     * front.
     *
     * @param other what to take out; elements that are not in this plan are passed over
     */
    public RestartPlan without(RestartPlan other) {
        List<PlanElement> rest = new ArrayList<>(elements);
        other.elements.forEach(rest::remove);
        return new RestartPlan(rest);
    }

    /**
     * Whether {@link #toString} can be parsed: there is no function in the plan, the reasons in it are words
     * and strings, and it has neither too many elements nor too long a text.
     */
    public boolean isText() {
        return elements.size() <= MOST_ELEMENTS
                && elements.stream().allMatch(RestartPlan::isText)
                && toString().length() <= LONGEST;
    }

    private static boolean isText(PlanElement element) {
        return switch (element) {
            case PlanElement.Function function -> false;
            case PlanElement.StopWith stop -> ReasonText.isText(stop.reason());
            case PlanElement.Repeat repeat -> isText(repeat.element());
            default -> true;
        };
    }

    /**
     * What is odd about this plan: elements that can never be reached. Never a reason to refuse it.
     *
     * @return plain sentences; empty if there is nothing to say
     */
    public List<String> warnings() {
        return PlanWarnings.of(elements);
    }

    /**
     * What would happen when, if this plan were run {@link RestartCount#ONCE once}; see {@link
     * RestartPolicy#simulate} for all else.
     *
     * @param ends what happens to the child, in order
     */
    public Simulation simulate(Simulation.End... ends) {
        return RestartPolicy.of(this).simulate(ends);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RestartPlan plan && elements.equals(plan.elements);
    }

    @Override
    public int hashCode() {
        return elements.hashCode();
    }

    /** The text of the plan; {@link #parse(String)} reads it back if {@link #isText}. */
    @Override
    public String toString() {
        return elements.stream()
                .map(PlanElement::toString)
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
