package io.github.ppool.restart;

import java.util.ArrayList;
import java.util.List;

/** Finds the unreachable elements of a plan, of which director's documentation warns. */
final class PlanWarnings {
    private PlanWarnings() {}

    static List<String> of(List<PlanElement> elements) {
        List<String> warnings = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            PlanElement element = elements.get(i);
            if (element instanceof PlanElement.Repeat repeat && isFinal(repeat.element())) {
                warnings.add("element " + (i + 1) + " (" + element + ") can be reached only once");
            }
            if (neverLeft(element)) {
                for (int j = i + 1; j < elements.size(); j++) {
                    warnings.add(unreachable(j, elements.get(j), i, element));
                }
                break;
            }
        }
        return List.copyOf(warnings);
    }

    /** True if the plan can come to its end, so that its count matters. */
    static boolean canEnd(List<PlanElement> elements) {
        return elements.stream().noneMatch(PlanWarnings::neverLeft);
    }

    /** True if the plan restarts without any pause for ever. */
    static boolean neverPauses(List<PlanElement> elements) {
        return !elements.isEmpty() && elements.stream().allMatch(PlanWarnings::isRestart);
    }

    private static boolean isRestart(PlanElement element) {
        return element.equals(PlanElement.RESTART)
                || (element instanceof PlanElement.Repeat repeat && isRestart(repeat.element()));
    }

    private static String unreachable(int index, PlanElement element, int last, PlanElement by) {
        return "element " + (index + 1) + " (" + element + ") is never reached: element " + (last + 1)
                + " (" + by + ") " + (isBackoff(by) ? "goes on for ever" : "is the last thing that happens");
    }

    private static boolean neverLeft(PlanElement element) {
        return isBackoff(element)
                || isFinal(element instanceof PlanElement.Repeat repeat ? repeat.element() : element);
    }

    private static boolean isBackoff(PlanElement element) {
        return element instanceof Backoff;
    }

    private static boolean isFinal(PlanElement element) {
        return element instanceof PlanElement.Delete
                || element instanceof PlanElement.Stop
                || element instanceof PlanElement.StopWith;
    }
}
