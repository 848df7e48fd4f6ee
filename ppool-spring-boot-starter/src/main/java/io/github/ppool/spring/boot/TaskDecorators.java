package io.github.ppool.spring.boot;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.CompositeTaskDecorator;

/** The {@link TaskDecorator} beans of an application, as Spring Boot's own executors have them. Any thread. */
public final class TaskDecorators {

    private TaskDecorators() {}

    /**
     * Combines all beans of the type, in their order. The call makes these beans.
     *
     * @param beans the bean factory of the application
     * @return one decorator; null if there is no bean
     */
    public static @Nullable TaskDecorator of(BeanFactory beans) {
        List<TaskDecorator> found = beans.getBeanProvider(TaskDecorator.class).orderedStream().toList();
        return switch (found.size()) {
            case 0 -> null;
            case 1 -> found.getFirst();
            default -> new CompositeTaskDecorator(found);
        };
    }
}
