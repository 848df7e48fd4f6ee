package io.github.ppool.sample.phrase;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/**
 * A request for other words. The program reads it as one line of JSON.
 *
 * @param task the task to put into other words
 */
public record PhraseRequest(
        @NotBlank @Size(max = 200) @Pattern(regexp = "\\P{Cntrl}*", message = "must be one line") String task) {}
