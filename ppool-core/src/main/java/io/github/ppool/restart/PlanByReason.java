package io.github.ppool.restart;

import io.github.ppool.process.ExitReason;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Several plans, one of which the exit reason selects: {@code on: {ConnectException: [...], default: [...]}}. Each plan
 * keeps its own position, so a child that ends for changing reasons can't avoid the end of any of them.
 *
 * <p>For an end with an exception the key is the class of the exception or a superclass, by simple or by full name. The
 * nearest class wins, in any order of the keys, and its full name before its simple one. For any other end the
 * key is the word of the reason: {@code normal}, {@code shutdown} (with or without a detail), {@code kill}, {@code
 * killed}, {@code noproc}, or the text of the value. A reason without a key follows the default plan. An immutable
 * value.
 */
public final class PlanByReason {
    private static final String DEFAULT_KEY = "default";
    /** The number of keys that a message shows. */
    private static final int MOST_SHOWN = 10;
    private static final int HASH_BYTES = 8;

    // The default plan is first; a PlanState remembers the number of a plan in this list.
    private final List<RestartPlan> plans;
    private final Map<String, Integer> numberByKey;

    private PlanByReason(RestartPlan otherwise, Map<String, RestartPlan> on) {
        List<RestartPlan> all = new ArrayList<>(List.of(otherwise));
        Map<String, Integer> numbers = new LinkedHashMap<>();
        for (Map.Entry<String, RestartPlan> entry : on.entrySet()) {
            String key = entry.getKey();
            if (key.isBlank() || key.equals(DEFAULT_KEY)) {
                throw new IllegalArgumentException(
                        "key must be the name of an exception class or the word of a reason, got: "
                                + ShortText.of(key));
            }
            numbers.put(key, all.size());
            all.add(entry.getValue());
        }
        this.plans = List.copyOf(all);
        this.numberByKey = numbers.isEmpty() ? Map.of() : numbers; // each worker has plans, most of them one
    }

    /**
     * Makes one plan for all reasons.
     *
     * @param plan any plan
     * @return the plans
     */
    public static PlanByReason always(RestartPlan plan) {
        return new PlanByReason(plan, Map.of());
    }

    /**
     * Makes plans for some reasons, and one for all others.
     *
     * @param on the plans by their keys
     * @param otherwise the default plan
     * @return the plans
     * @throws IllegalArgumentException if a key is blank or {@code default}
     */
    public static PlanByReason of(Map<String, RestartPlan> on, RestartPlan otherwise) {
        return new PlanByReason(otherwise, on);
    }

    /**
     * Reads the value of {@code on} in a YAML file.
     *
     * @param on for each key the text of a plan or the list of its elements; one key is {@code default}
     * @return the plans
     * @throws IllegalArgumentException if {@code default} is missing, or a value is no plan; the message names the key,
     *     or the first keys, and is never long
     */
    public static PlanByReason parse(Map<String, ?> on) {
        Map<String, RestartPlan> parsed = new LinkedHashMap<>();
        on.forEach((key, plan) -> parsed.put(key, plan(key, plan)));
        RestartPlan otherwise = parsed.remove(DEFAULT_KEY);
        if (otherwise == null) {
            throw new IllegalArgumentException(
                    "plans by reason must have the key default, got only: " + shown(parsed.keySet()));
        }
        return new PlanByReason(otherwise, parsed);
    }

    private static List<String> shown(Set<String> keys) {
        List<String> shown = new ArrayList<>(keys.stream().limit(MOST_SHOWN).map(ShortText::of).toList());
        if (keys.size() > MOST_SHOWN) {
            shown.add("and " + (keys.size() - MOST_SHOWN) + " more");
        }
        return shown;
    }

    private static RestartPlan plan(String key, Object plan) {
        try {
            return plan instanceof List<?> items
                    ? RestartPlan.parse(items)
                    : RestartPlan.parse(plan.toString());
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("plan on " + ShortText.of(key) + ": " + wrong.getMessage(),
                    wrong);
        }
    }

    /**
     * Returns the plan for an exit reason.
     *
     * @param reason the reason of the end or of the failed start
     * @return the plan
     */
    public RestartPlan select(ExitReason reason) {
        return plan(selectNumber(reason));
    }

    /**
     * Returns the plan for all reasons without a key.
     *
     * @return the default plan
     */
    public RestartPlan otherwise() {
        return plan(0);
    }

    /**
     * Returns the plans by their keys, without the default, in the given order.
     *
     * @return a new map
     */
    public Map<String, RestartPlan> on() {
        Map<String, RestartPlan> on = new LinkedHashMap<>();
        for (Map.Entry<String, Integer> entry : numberByKey.entrySet()) {
            on.put(entry.getKey(), plan(entry.getValue()));
        }
        return on;
    }

    /**
     * Returns these plans followed by a child's own, reason by reason: director's {@code append} for plans by reason.
     * If only one side has a key, the default plan of the other side is joined with it.
     *
     * @param own the child's own plans
     * @return new plans, with the keys of both
     */
    public PlanByReason append(PlanByReason own) {
        Map<String, RestartPlan> ownOn = own.on();
        Map<String, RestartPlan> joined = new LinkedHashMap<>();
        on().forEach((key, plan) -> joined.put(key, plan.append(ownOn.getOrDefault(key, own.otherwise()))));
        ownOn.forEach((key, plan) -> joined.putIfAbsent(key, otherwise().append(plan)));
        return new PlanByReason(otherwise().append(own.otherwise()), joined);
    }

    int size() {
        return plans.size();
    }

    /**
     * The numbers of the plans in the order in which a saved position has them: the default plan, then those of the
     * sorted keys. The order of a map may be another one in each JVM.
     */
    int[] savedOrder() {
        return IntStream.concat(
                IntStream.of(0), numberByKey.keySet().stream().sorted().mapToInt(numberByKey::get)).toArray();
    }

    /** A hash of the texts of all plans, which does not depend on the order of their keys. */
    String hash() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((otherwise() + " " + new TreeMap<>(on())).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException impossible) { // each Java platform must have it
            throw new AssertionError(impossible);
        }
    }

    RestartPlan plan(int number) {
        return plans.get(number);
    }

    int selectNumber(ExitReason reason) {
        if (numberByKey.isEmpty()) {
            return 0;
        }
        Integer number = reason.cause().map(cause -> numberOf(cause.getClass())).orElseGet(() -> numberOf(reason));
        return Objects.requireNonNullElse(number, 0);
    }

    private @Nullable Integer numberOf(ExitReason reason) {
        return numberByKey.get(
                reason instanceof ExitReason.ShutdownWith
                        ? ExitReason.SHUTDOWN.toString()
                        : reason.toString());
    }

    private @Nullable Integer numberOf(Class<?> thrown) {
        for (Class<?> type = thrown; type != null; type = type.getSuperclass()) {
            Integer number = numberByKey.get(type.getName());
            if (number == null) {
                number = numberByKey.get(type.getSimpleName());
            }
            if (number != null) {
                return number;
            }
        }
        return null;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PlanByReason that && otherwise().equals(that.otherwise()) && on().equals(that.on());
    }

    @Override
    public int hashCode() {
        return Objects.hash(otherwise(), on());
    }

    /** The plan alone if there is only one, else all with their keys. */
    @Override
    public String toString() {
        if (numberByKey.isEmpty()) {
            return otherwise().toString();
        }
        StringBuilder text = new StringBuilder("{");
        on().forEach((key, plan) -> text.append(key).append(": ").append(plan).append(", "));
        return text.append(DEFAULT_KEY).append(": ").append(otherwise()).append('}').toString();
    }
}
