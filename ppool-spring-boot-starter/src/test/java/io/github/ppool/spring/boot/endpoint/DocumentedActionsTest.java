package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documentation has the tables of {@link PoolAction}, and the operation has the parameters of its actions. */
class DocumentedActionsTest {

    private static final Path PAGE = Path.of("..", "docs", "reference", "endpoint.md");
    private static final Path GROUPS = Path.of("..", "docs", "groups.md");
    private static final Path CLUSTER = Path.of("..", "docs", "reference", "cluster-operation.md");
    private static final Path DURABLE = Path.of("..", "docs", "how-to", "operate-durable-work.md");

    /** {@code -Dppool.docs.write=true} writes the tables instead of comparing them. */
    @Test
    void the_tables_of_actions_in_the_documentation_are_those_of_the_enum() throws IOException {
        String page = Files.readString(PAGE);
        isWritten(PAGE, withTable(
                withTable(page, "| body, for a pool | |",
                        action -> !action.isOnSupervisor() && !action.isOnCluster()),
                "| body, for a child or a supervisor | |", PoolAction::isOnSupervisor));
        isWritten(GROUPS, withTable(
                Files.readString(GROUPS), "| body, for each member of a group | |", PoolAction::isOnGroup));
        isWritten(CLUSTER, withTable(
                Files.readString(CLUSTER), "| body, for the cluster | |", PoolAction::isOnCluster));
        isWritten(DURABLE, withTable(Files.readString(DURABLE), "| action on tasks | in the states | |",
                Arrays.stream(TaskAction.values()).map(DocumentedActionsTest::row).collect(Collectors.joining())));
    }

    private static void isWritten(Path page, String expected) throws IOException {
        if (Boolean.getBoolean("ppool.docs.write")) {
            Files.writeString(page, expected);
        }
        assertThat(Files.readString(page))
                .as("mvn -pl ppool-spring-boot-starter -am test -Dtest=DocumentedActionsTest -Dppool.docs.write=true"
                        + " -Dsurefire.failIfNoSpecifiedTests=false writes the tables anew")
                .isEqualTo(expected);
    }

    private static String withTable(String page, String head, Predicate<PoolAction> which) {
        return withTable(page, head, rows(which));
    }

    private static String withTable(String page, String head, String rows) {
        String top = head + "\n" + head.replaceAll("[^|]+", "---") + "\n";
        Matcher table = Pattern.compile(Pattern.quote(top) + "(\\|.*\n)*").matcher(page);
        assertThat(table.results()).as(head).hasSize(1);
        return table.replaceFirst(Matcher.quoteReplacement(top + rows));
    }

    private static String row(TaskAction action) {
        String states = action.states().stream()
                .sorted()
                .map(state -> "`" + TaskAction.key(state) + "`")
                .collect(Collectors.joining(", "));
        return "| `" + action.key() + "` | " + states + " | " + action.help() + " |\n";
    }

    private static String rows(Predicate<PoolAction> which) {
        return Arrays.stream(PoolAction.values())
                .filter(which)
                .flatMap(action -> action.uses().stream().map(use -> row(action, use)))
                .collect(Collectors.joining());
    }

    private static String row(PoolAction action, PoolAction.Use use) {
        String body = Stream.concat(
                Stream.of("\"action\": \"" + action.key() + '"'),
                use.parameters().stream().map(ActionParameter::example)).collect(Collectors.joining(", "));
        return "| `{" + body + "}` | " + use.help() + " |\n";
    }

    @Test
    void the_operation_has_the_parameters_of_the_actions_and_no_others() {
        List<String> keys = Arrays.stream(ActionParameter.values()).map(ActionParameter::key).toList();
        assertThat(parameters(PoolEndpoint.class)).containsExactlyInAnyOrderElementsOf(keys);
        assertThat(parameters(PoolEndpointWebExtension.class)).containsExactlyInAnyOrderElementsOf(keys);
        assertThat(Arrays.stream(PoolAction.values()).flatMap(action -> action.parameters().stream()))
                .containsAll(List.of(ActionParameter.values()));
    }

    /** Without the security context, the pool and the action. */
    private static List<String> parameters(Class<?> endpoint) {
        Method change = Arrays.stream(endpoint.getDeclaredMethods())
                .filter(method -> method.getName().equals("change"))
                .findFirst()
                .orElseThrow();
        return Arrays.stream(change.getParameters()).skip(3).map(Parameter::getName).toList();
    }
}
