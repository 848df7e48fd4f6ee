package io.github.ppool.spring.boot.endpoint;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * Registers the answers of the endpoint, and all types in them, for a native image. Spring Boot itself registers only
 * the result types that the methods declare.
 */
final class AnswerHints implements RuntimeHintsRegistrar {

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        new BindingReflectionHintsRegistrar()
                .registerReflectionHints(hints.reflection(), EndpointAnswer.class.getPermittedSubclasses());
    }
}
