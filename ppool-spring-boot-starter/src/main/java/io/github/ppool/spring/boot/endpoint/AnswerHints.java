package io.github.ppool.spring.boot.endpoint;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * Registers the answers of the endpoint, with all types in them, for a native image. Spring Boot itself finds only the
 * types that a method declares as its result.
 */
final class AnswerHints implements RuntimeHintsRegistrar {

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        new BindingReflectionHintsRegistrar()
                .registerReflectionHints(hints.reflection(), EndpointAnswer.class.getPermittedSubclasses());
    }
}
