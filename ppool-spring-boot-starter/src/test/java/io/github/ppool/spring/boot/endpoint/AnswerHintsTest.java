package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.ResolvableType;

/** A native image can write all that the endpoint answers. */
class AnswerHintsTest {

    private final RuntimeHints hints = new RuntimeHints();
    private final Set<Class<?>> found = new LinkedHashSet<>();

    @Test
    void each_type_in_the_answers_of_all_operations_is_registered() throws Exception {
        new AnswerHints().registerHints(hints, getClass().getClassLoader());
        operations().forEach(operation -> collect(ResolvableType.forMethodReturnType(operation)));
        assertThat(found).contains(PoolsDescriptor.class, PoolDescriptor.class, PoolDescriptor.Workers.class,
                PoolDescriptor.Queue.class, TreeDescriptor.class, ChildrenDescriptor.class, ChildDescriptor.class,
                CountsDescriptor.class, ChangeDescriptor.class, DurableDescriptor.class,
                GroupDescriptor.class, TasksDescriptor.class, TaskDescriptor.class, EndedTasksDescriptor.class,
                TasksChangeDescriptor.class,
                ProblemDescriptor.class);
        for (Class<?> type : found) {
            for (RecordComponent component : Objects.requireNonNull(type.getRecordComponents(), type.getName())) {
                assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(component.getAccessor()))
                        .as("%s", component.getAccessor())
                        .accepts(hints);
            }
            assertThat(RuntimeHintsPredicates.reflection().onType(type)
                    .withMemberCategory(MemberCategory.ACCESS_DECLARED_FIELDS)).as(type.getName()).accepts(hints);
        }
    }

    @Test
    void the_hints_belong_to_the_auto_configuration() {
        assertThat(PpoolEndpointAutoConfiguration.class.getAnnotation(ImportRuntimeHints.class).value())
                .containsExactly(AnswerHints.class);
    }

    @Test
    void no_operation_answers_what_it_does_not_declare() {
        assertThat(operations())
                .extracting(operation -> ResolvableType.forMethodReturnType(operation))
                .map(type -> type.resolve() == WebEndpointResponse.class
                        ? type.getGeneric(0).resolve()
                        : type.resolve())
                .allMatch(type -> EndpointAnswer.class.isAssignableFrom(type));
    }

    private static List<Method> operations() {
        List<Method> operations = Stream.of(PoolEndpoint.class, PoolEndpointWebExtension.class)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> Stream.of(ReadOperation.class, WriteOperation.class, DeleteOperation.class)
                        .anyMatch(method::isAnnotationPresent))
                .toList();
        assertThat(operations).hasSize(9);
        return operations;
    }

    /** All records of ppool's that a type may be or have in it. */
    private void collect(ResolvableType type) {
        Arrays.stream(type.getGenerics()).forEach(this::collect);
        Class<?> resolved = type.resolve();
        if (resolved == null || !resolved.getName().startsWith("io.github.ppool.")) {
            return;
        }
        if (resolved.isSealed()) {
            Arrays.stream(resolved.getPermittedSubclasses()).map(ResolvableType::forClass).forEach(this::collect);
        } else if (found.add(resolved)) {
            assertThat(resolved).isRecord();
            Arrays.stream(resolved.getRecordComponents())
                    .map(component -> ResolvableType.forMethodReturnType(component.getAccessor()))
                    .forEach(this::collect);
        }
    }
}
