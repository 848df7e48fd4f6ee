package io.github.ppool.restart;

import io.github.ppool.process.ExitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The reactions to the ends of a child, one after the other: director's {@code plan}. Each end takes the next
 * element. After the last element the plan begins again, for the number of rounds in its {@link RestartCount}. An
 * immutable value, which children may share.
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
 * elements. Longer ones are refused and not read.
 */
public final class RestartPlan {

    /** The plan without elements: the first end ends the supervisor. */
    public static final RestartPlan EMPTY = new RestartPlan(List.of());

    /** The greatest length of a text that is read, of a whole plan or of one element, in characters. */
    public static final int LONGEST = PlanParser.LONGEST;

    /** The greatest number of elements of a plan that is read from a text or a list. */
    public static final int MOST_ELEMENTS = PlanParser.MOST_ELEMENTS;

    private final List<PlanElement> elements;

    private RestartPlan(List<PlanElement> elements) {
        this.elements = List.copyOf(elements);
    }

    /**
     * Makes a plan.
     *
     * @param elements none or more
     * @return the plan
     */
    public static RestartPlan of(PlanElement... elements) {
        return new RestartPlan(List.of(elements));
    }

    /**
     * Reads the text of a whole plan, such as {@code [restart, 5s, wait]}.
     *
     * @param text in the grammar above
     * @return the plan
     * @throws RestartPlanSyntaxException if the text is not in the grammar, is longer than {@link #LONGEST}, or has
     *     more than {@link #MOST_ELEMENTS} elements
     */
    public static RestartPlan parse(String text) {
        return new RestartPlan(PlanParser.plan(text));
    }

    /**
     * Reads a plan that is a list already, as YAML gives it. Each item is the text of an element, a {@link
     * PlanElement}, or a {@link Duration} (a delay). YAML makes a map with the one key {@code stop} of an unquoted
     * <code>{stop: reason}</code>, so that is an item too.
     *
     * @param items none or more
     * @return the plan
     * @throws RestartPlanSyntaxException if a text is not in the grammar or longer than {@link #LONGEST}; the column
     *     counts within the item
     * @throws IllegalArgumentException if an item is of another kind, or there are more than {@link #MOST_ELEMENTS}
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

    /**
     * Returns the elements of the plan.
     *
     * @return an unmodifiable list
     */
    public List<PlanElement> elements() {
        return elements;
    }

    /**
     * Returns true if the plan has no element.
     *
     * @return true for {@link #EMPTY}
     */
    public boolean isEmpty() {
        return elements.isEmpty();
    }

    /**
     * Joins a child's own plan to this one: director's {@code append}, where this is the plan of the default
     * specification and comes first.
     *
     * @param own the child's own plan
     * @return the joined plan
     */
    public RestartPlan append(RestartPlan own) {
        List<PlanElement> both = new ArrayList<>(elements);
        both.addAll(own.elements);
        return new RestartPlan(both);
    }

    /**
     * Removes the first occurrence of each element of another plan: Erlang's {@code --}. director removes the old
     * default plan of a child in this way before it prepends the new one.
     *
     * @param other the elements to remove; elements that this plan does not have are ignored
     * @return the rest of this plan
     */
    public RestartPlan without(RestartPlan other) {
        List<PlanElement> rest = new ArrayList<>(elements);
        other.elements.forEach(rest::remove);
        return new RestartPlan(rest);
    }

    /**
     * Returns true if {@link #toString} can be parsed: the plan has no function, its reasons are words and strings, and
     * it has neither too many elements nor too long a text.
     *
     * @return true if the text can be parsed
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
     * Finds elements that can never be reached. They are no reason to refuse the plan.
     *
     * @return plain sentences; empty if there are none
     */
    public List<String> warnings() {
        return PlanWarnings.of(elements);
    }

    /**
     * Simulates one round of this plan without waiting; for other policies see {@link RestartPolicy#simulate}.
     *
     * @param ends the ends of the child, in order
     * @return the simulation
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
        StringJoiner text = new StringJoiner(", ", "[", "]");
        for (PlanElement element : elements) {
            text.add(element.toString());
        }
        return text.toString();
    }
}
