package io.github.ppool.spring.boot.settings;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reports invalid settings under {@code ppool}. No bean has been made and no pool was started. */
public final class InvalidPoolSettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The largest number of problems in the text of a message. The list has all of them. */
    static final int MOST_TOLD = 50;

    private final transient List<SettingProblem> problems;

    InvalidPoolSettingsException(List<SettingProblem> problems, @Nullable Throwable cause) {
        super(
                problems.stream()
                        .limit(MOST_TOLD)
                        .map(SettingProblem::readable)
                        .map(problem -> problem.property() + ": " + problem.rule()
                                + (problem.value() == null ? "" : ", got: " + problem.value()))
                        .collect(Collectors.joining("; ")),
                cause);
        this.problems = List.copyOf(problems);
    }

    /**
     * All problems, in the order of their discovery.
     *
     * @return an unmodifiable list
     */
    public List<SettingProblem> problems() {
        return problems;
    }
}
