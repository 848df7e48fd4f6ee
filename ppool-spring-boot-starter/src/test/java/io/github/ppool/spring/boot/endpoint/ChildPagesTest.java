package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.StartResult;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The pages of {@code which_children} of a supervisor with many children. */
class ChildPagesTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PpoolAutoConfiguration.class, PpoolEndpointAutoConfiguration.class))
            .withPropertyValues("management.endpoints.web.exposure.include=ppool")
            .withUserConfiguration(Many.class);

    private static ChildrenDescriptor page(PoolEndpoint endpoint, String after, Integer limit) {
        return (ChildrenDescriptor) endpoint.children("many", "which_children", after, limit, null);
    }

    private static List<String> ids(ChildrenDescriptor page) {
        return page.children().stream().map(ChildDescriptor::id).toList();
    }

    @Test
    void a_page_has_a_hundred_children_unless_it_is_asked_for_more() {
        runner.run(context -> {
            PoolEndpoint endpoint = context.getBean(PoolEndpoint.class);
            assertThat(page(endpoint, null, null).children()).hasSize(100);
            assertThat(page(endpoint, null, 1000).children()).hasSize(1000);
            assertThat(page(endpoint, null, 1000).total()).isEqualTo(Many.CHILDREN);
        });
    }

    @Test
    void all_pages_together_tell_each_child_once_in_the_order_of_the_starts() {
        runner.run(context -> {
            PoolEndpoint endpoint = context.getBean(PoolEndpoint.class);
            List<String> told = new ArrayList<>();
            String next = null;
            do {
                ChildrenDescriptor page = page(endpoint, next, 333);
                told.addAll(ids(page));
                next = page.next();
            } while (next != null);
            assertThat(told).isEqualTo(IntStream.range(0, Many.CHILDREN).mapToObj(Many::id).toList());
        });
    }

    @Test
    void children_that_come_and_go_between_two_pages_move_no_other_child() {
        runner.run(context -> {
            PoolEndpoint endpoint = context.getBean(PoolEndpoint.class);
            Supervisor many = context.getBean(SupervisionTrees.class).supervisor("many").orElseThrow();
            ChildrenDescriptor first = page(endpoint, null, 1000);
            for (String gone : ids(first)) {
                many.terminateAndDeleteChild(gone);
            }
            many.startChild(Many.child("late"));
            ChildrenDescriptor second = page(endpoint, first.next(), 1000);
            assertThat(ids(second)).hasSize(1000).startsWith(Many.id(1000)).endsWith(Many.id(1999));
            ChildrenDescriptor last = page(endpoint, second.next(), 1000);
            assertThat(ids(last)).endsWith(Many.id(Many.CHILDREN - 1), "late");
            assertThat(last.next()).isNull();
        });
    }

    @Test
    void a_key_of_a_supervisor_that_was_started_again_begins_with_the_first_child() {
        runner.run(context -> {
            PoolEndpoint endpoint = context.getBean(PoolEndpoint.class);
            SupervisionTrees trees = context.getBean(SupervisionTrees.class);
            Supervisor before = trees.supervisor("many").orElseThrow();
            String next = page(endpoint, null, 1000).next();
            context.getBean(ProcessSystem.class).exit(before.pid(), ExitReason.KILL);
            await().until(() -> trees.supervisor("many").filter(now -> !now.equals(before)).isPresent());
            await().untilAsserted(() -> assertThat(ids(page(endpoint, next, 10))).hasSize(10).startsWith(Many.id(0)));
        });
    }

    @Test
    void counts_are_those_of_all_children() {
        runner.run(context -> assertThat(
                context.getBean(PoolEndpoint.class).children("many", "count_children", null, null, null))
                .isEqualTo(new CountsDescriptor("many", Many.CHILDREN, 0, 0, Many.CHILDREN)));
    }

    @Configuration(proxyBeanMethods = false)
    static class Many {
        static final int CHILDREN = 2500;

        static String id(int number) {
            return "c" + number;
        }

        /** It needs no process: its specification is kept all the same. */
        static ChildSpec child(String id) {
            return ChildSpec.of(id, (supervisor, argument) -> StartResult.Ignored.INSTANCE);
        }

        @Bean
        SupervisorSpec many() {
            return SupervisorSpec.oneForOne("many")
                    .children(IntStream.range(0, CHILDREN).mapToObj(number -> child(id(number))).toList());
        }
    }
}
