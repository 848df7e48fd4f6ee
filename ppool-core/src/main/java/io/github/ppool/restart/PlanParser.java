package io.github.ppool.restart;

import io.github.ppool.process.ExitReason;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the grammar that {@link RestartPlan} documents, by descent, with one method for each rule. No rule leads back
 * to itself, and each character is read a bounded number of times. So neither the depth of the stack nor the time for a
 * character depends on the text. A text is at most {@value #LONGEST} characters long, and a plan has at most {@value
 * #MOST_ELEMENTS} elements.
 */
final class PlanParser {
    /** The greatest length of a text, in characters. */
    static final int LONGEST = 10_000;
    /** The greatest number of elements in a plan that is read. */
    static final int MOST_ELEMENTS = 1_000;

    private static final String ELEMENTS = "restart, a delay such as 5s, backoff FROM..TO, wait, delete,"
            + " stop or {stop: reason}";
    private static final String DURATION = "a duration such as 100ms, 5s, 1m or PT5S";
    private static final String UNIT = "a unit: ns, us, ms, s, m, h or d";
    private static final String REASON = "a reason: a word, a quoted text or {shutdown: detail}";

    private static final Pattern LETTERS = Pattern.compile("[a-z]+");
    private static final Pattern INTEGER = Pattern.compile("[0-9]+");
    private static final Pattern DECIMAL = Pattern.compile("[0-9]+(\\.[0-9]+)?");
    private static final Pattern UNIT_LETTERS = Pattern.compile("[A-Za-z]*");

    private final String text;
    private int at;

    private PlanParser(String text) {
        this.text = text;
        if (text.length() > LONGEST) {
            throw new RestartPlanSyntaxException(text, LONGEST + 1,
                    "the text of a plan must have at most " + LONGEST + " characters, got: "
                            + text.length());
        }
    }

    static List<PlanElement> plan(String text) {
        PlanParser parser = new PlanParser(text);
        List<PlanElement> elements = parser.plan();
        parser.end();
        return elements;
    }

    static PlanElement element(String text) {
        PlanParser parser = new PlanParser(text);
        PlanElement element = parser.quotedOrPlainElement();
        parser.end();
        return element;
    }

    private List<PlanElement> plan() {
        expect('[', "[");
        List<PlanElement> elements = new ArrayList<>();
        if (accept(']')) {
            return elements;
        }
        skipBlanks();
        if (at == text.length()) {
            throw error("] or " + ELEMENTS);
        }
        do {
            skipBlanks();
            int start = at;
            elements.add(quotedOrPlainElement());
            if (elements.size() > MOST_ELEMENTS) {
                throw new RestartPlanSyntaxException(text, start + 1,
                        "a plan must have at most " + MOST_ELEMENTS + " elements, got more");
            }
        } while (accept(','));
        expect(']', "a comma or ]");
        return elements;
    }

    /** Quotes around an element are for YAML; they change nothing. */
    private PlanElement quotedOrPlainElement() {
        for (char quote : new char[]{'"', '\''}) {
            if (accept(quote)) {
                PlanElement element = element();
                expect(quote, "the closing " + quote);
                return element;
            }
        }
        return element();
    }

    private PlanElement element() {
        PlanElement once = once();
        if (!accept('*')) {
            return once;
        }
        skipBlanks();
        int start = at;
        String times = take(INTEGER, "how many times, such as 5");
        return checked(start, () -> once.times(Integer.parseInt(times)));
    }

    private PlanElement once() {
        skipBlanks();
        int start = at;
        if (accept('{')) {
            keyword("stop", "stop");
            expect(':', "a colon");
            ExitReason reason = reason();
            expect('}', "}");
            return PlanElement.stop(reason);
        }
        if (startsDuration()) {
            Duration delay = duration();
            return checked(start, () -> PlanElement.after(delay));
        }
        String word = take(LETTERS, ELEMENTS);
        return switch (word) {
            case "restart" -> PlanElement.RESTART;
            case "wait" -> PlanElement.WAIT;
            case "delete" -> PlanElement.DELETE;
            case "stop" -> PlanElement.STOP;
            case "backoff" -> backoff();
            default -> throw errorAt(start, ELEMENTS);
        };
    }

    private PlanElement backoff() {
        skipBlanks();
        int start = at;
        Duration from = duration();
        skipBlanks();
        if (!text.startsWith("..", at)) {
            throw error(".. and the longest delay");
        }
        at += 2;
        Duration to = duration();
        Backoff backoff = checked(start, () -> Backoff.between(from, to));
        if (accept('x')) {
            int number = at;
            String factor = take(DECIMAL, "a factor such as 2 or 1.5");
            Backoff plain = backoff;
            backoff = checked(number, () -> plain.withFactor(Double.parseDouble(factor)));
        }
        skipBlanks();
        if (at < text.length() && text.charAt(at) == 'j') {
            backoff = jitter(backoff);
        }
        return backoff;
    }

    private Backoff jitter(Backoff backoff) {
        keyword("jitter", "jitter PERCENT%");
        skipBlanks();
        int number = at;
        String percent = take(DECIMAL, "how many percent, such as 20%");
        expect('%', "%");
        return checked(number, () -> backoff.withJitter(Double.parseDouble(percent)));
    }

    private ExitReason reason() {
        if (accept('{')) {
            keyword("shutdown", "shutdown");
            expect(':', "a colon");
            String detail = wordOrString("a detail: a word or a quoted text");
            expect('}', "}");
            return ExitReason.shutdown(detail);
        }
        return ExitReason.of(wordOrString(REASON));
    }

    private String wordOrString(String possible) {
        for (char quote : new char[]{'"', '\''}) {
            if (accept(quote)) {
                return restOfString(quote);
            }
        }
        return take(ReasonText.WORD, possible);
    }

    private String restOfString(char quote) {
        StringBuilder content = new StringBuilder();
        while (at < text.length() && text.charAt(at) != quote) {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            content.append(text.charAt(at++));
        }
        if (at == text.length()) {
            throw error("the closing " + quote);
        }
        at++;
        return content.toString();
    }

    private boolean startsDuration() {
        if (at == text.length()) {
            return false;
        }
        char first = text.charAt(at);
        return first >= '0' && first <= '9' || first == 'P' || first == 'p';
    }

    private Duration duration() {
        skipBlanks();
        int start = at;
        if (at < text.length() && (text.charAt(at) == 'P' || text.charAt(at) == 'p')) {
            String iso = isoDuration();
            return checked(start, () -> Duration.parse(iso));
        }
        String amount = take(INTEGER, DURATION);
        int unitStart = at;
        String unit = take(UNIT_LETTERS, UNIT);
        if (!DurationText.isUnit(unit)) {
            throw errorAt(unitStart, UNIT);
        }
        return DurationText.of(saturated(amount), unit);
    }

    /** A single dot belongs to the number, two dots separate two durations. */
    private String isoDuration() {
        int start = at;
        while (at < text.length() && isPartOfIso(text.charAt(at)) && !text.startsWith("..", at)) {
            at++;
        }
        return text.substring(start, at);
    }

    private static boolean isPartOfIso(char c) {
        return (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || c == '+'
                || c == '-'
                || c == '.';
    }

    private static long saturated(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException tooLarge) {
            return Long.MAX_VALUE;
        }
    }

    /** Makes a value. If it is out of its range, the exception names the position in the text. */
    private <T> T checked(int start, Supplier<T> value) {
        try {
            return value.get();
        } catch (NumberFormatException | ArithmeticException tooLarge) {
            throw errorAt(start, "a smaller number");
        } catch (DateTimeException notIso) {
            throw errorAt(start, DURATION);
        } catch (IllegalArgumentException outOfRange) {
            throw new RestartPlanSyntaxException(text, start + 1, String.valueOf(outOfRange.getMessage()));
        }
    }

    private void keyword(String word, String possible) {
        skipBlanks();
        int start = at;
        if (!take(LETTERS, possible).equals(word)) {
            throw errorAt(start, possible);
        }
    }

    private String take(Pattern pattern, String possible) {
        skipBlanksUnlessUnit(pattern);
        Matcher matcher = pattern.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            throw error(possible);
        }
        at = matcher.end();
        return matcher.group();
    }

    private void skipBlanksUnlessUnit(Pattern pattern) {
        if (pattern != UNIT_LETTERS) { // "5 s" is no duration
            skipBlanks();
        }
    }

    private boolean accept(char wanted) {
        skipBlanks();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char wanted, String possible) {
        if (!accept(wanted)) {
            throw error(possible);
        }
    }

    private void end() {
        skipBlanks();
        if (at < text.length()) {
            throw error("the end of the text");
        }
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private RestartPlanSyntaxException error(String possible) {
        return errorAt(at, possible);
    }

    private RestartPlanSyntaxException errorAt(int index, String possible) {
        return new RestartPlanSyntaxException(text, index + 1, "possible here: " + possible);
    }
}
