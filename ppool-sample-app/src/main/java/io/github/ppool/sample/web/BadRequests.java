package io.github.ppool.sample.web;

import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * All requests that Spring MVC itself refuses, as problem details (RFC 9457). A wrong body is reported with field, rule
 * and value.
 */
@RestControllerAdvice
class BadRequests extends ResponseEntityExceptionHandler {

    private static final String WANTED = "must be a JSON object";
    private static final Fault NO_OBJECT = new Fault("body", WANTED, null);

    /**
     * A fault of a body.
     *
     * @param field the name of the field, {@code body} for the body as a whole
     * @param rule the rule that it breaks
     * @param value the value, if it is a single one
     */
    record Fault(String field, String rule, @Nullable Object value) {
        @Override
        public String toString() {
            return field + " " + rule
                    + (value == null ? "" : value instanceof String ? ", got: '" + value + "'" : ", got: " + value);
        }
    }

    /** Answers a body with fields that break a rule. */
    @Override
    protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(
            MethodArgumentNotValidException invalid, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        List<Fault> faults = invalid.getFieldErrors().stream()
                .map(error -> new Fault(
                        error.getField(), String.valueOf(error.getDefaultMessage()),
                        printable(error.getRejectedValue())))
                .sorted(Comparator.comparing(Fault::field).thenComparing(Fault::rule))
                .toList();
        return handleExceptionInternal(invalid, problem(faults), headers, status, request);
    }

    /** Answers a body with a field that can't be parsed, or that can't be parsed at all. */
    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException unreadable, HttpHeaders headers, HttpStatusCode status,
            WebRequest request) {
        Fault fault = unreadable.getCause() instanceof JacksonException wrong ? fault(wrong) : NO_OBJECT;
        return handleExceptionInternal(unreadable, problem(List.of(fault)), headers, status, request);
    }

    /** Answers a path with an invalid number. */
    @Override
    protected @Nullable ResponseEntity<Object> handleTypeMismatch(
            TypeMismatchException mismatch, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        Fault fault = new Fault(
                String.valueOf(mismatch.getPropertyName()),
                rule(Objects.requireNonNullElse(mismatch.getRequiredType(), Object.class)),
                mismatch.getValue());
        return handleExceptionInternal(mismatch, problem(List.of(fault)), headers, status, request);
    }

    private static Fault fault(JacksonException wrong) {
        String field = wrong.getPath().stream()
                .map(JacksonException.Reference::getPropertyName)
                .filter(Objects::nonNull)
                .collect(Collectors.joining("."));
        String where = field.isEmpty() ? "body" : field;
        return switch (wrong) {
            case UnrecognizedPropertyException unknown ->
                new Fault(where, "is not known; known are " + unknown.getKnownPropertyIds(), null);
            case InvalidFormatException format -> new Fault(where, rule(format.getTargetType()), format.getValue());
            case MismatchedInputException other -> new Fault(where, rule(other.getTargetType()), null);
            case InputCoercionException tooLarge -> new Fault(where, rule(tooLarge.getTargetType()), null);
            default -> NO_OBJECT;
        };
    }

    private static String rule(Class<?> type) {
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", ", "must be one of ", ""));
        }
        if (type == Duration.class) {
            return DurationJson.RULE;
        }
        boolean wholeNumber = type == Integer.class || type == int.class || type == long.class;
        return wholeNumber ? "must be a whole number" : type == String.class ? "must be a text" : WANTED;
    }

    private static @Nullable Object printable(@Nullable Object value) {
        return value instanceof Duration duration ? DurationJson.print(duration) : value;
    }

    private static ProblemDetail problem(List<Fault> faults) {
        String detail = faults.stream().map(Fault::toString).collect(Collectors.joining("; "));
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, detail);
        problem.setTitle("Wrong request");
        problem.setProperty("errors", faults);
        return problem;
    }
}
