package io.github.ppool.spring.boot.settings;

import java.util.List;
import java.util.stream.Collectors;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains each invalid setting: its value, its origin, the rule that it breaks and the remedy. */
public final class InvalidPoolSettingsFailureAnalyzer extends AbstractFailureAnalyzer<InvalidPoolSettingsException> {

    /** Made by Spring Boot. */
    public InvalidPoolSettingsFailureAnalyzer() {}

    @Override
    public FailureAnalysis analyze(Throwable rootFailure, InvalidPoolSettingsException cause) {
        List<SettingProblem> problems = cause.problems().stream()
                .limit(InvalidPoolSettingsException.MOST_TOLD)
                .map(SettingProblem::readable)
                .toList();
        int all = cause.problems().size();
        String head = all == 1
                ? "A setting of ppool can't work, so nothing was started:"
                : all + " settings of ppool can't work, so nothing was started"
                        + (all > problems.size() ? "; these are the first " + problems.size() : "") + ":";
        String description = problems.stream()
                .map(InvalidPoolSettingsFailureAnalyzer::describe)
                .collect(Collectors.joining("\n\n", head + "\n\n", ""));
        String action = problems.size() == 1
                ? problems.get(0).remedy()
                : problems.stream()
                        .map(problem -> "- " + problem.property() + ": " + problem.remedy())
                        .collect(Collectors.joining("\n"));
        return new FailureAnalysis(description, action, cause);
    }

    private static String describe(SettingProblem problem) {
        StringBuilder text = new StringBuilder("    Property: ").append(problem.property());
        if (problem.value() != null) {
            text.append("\n    Value: \"").append(problem.value()).append('"');
        }
        if (problem.origin() != null) {
            text.append("\n    Origin: ").append(problem.origin());
        }
        // A rule may have several lines: a plan has a mark under the column of the mistake.
        return text.append("\n    Reason: ").append(problem.rule().replace("\n", "\n            ")).toString();
    }
}
