package io.github.ppool.supervisor;

import io.github.ppool.guard.ForeignText;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.StartResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link StartFunction} with its arguments: OTP's <code>{Module, Function, Args}</code>.
 *
 * @param function starts the child
 * @param arguments none of them null
 */
record ArgumentsStart(StartFunction function, List<Object> arguments) implements ChildStart {

    ArgumentsStart {
        arguments = checked(arguments);
    }

    /** An unmodifiable copy. */
    static List<Object> checked(List<?> arguments) {
        Object[] copy = arguments.toArray();
        for (int index = 0; index < copy.length; index++) {
            if (copy[index] == null) {
                throw new NullPointerException("argument " + (index + 1) + " of a start must not be null");
            }
        }
        return Collections.unmodifiableList(Arrays.asList(copy));
    }

    /** The same function, with the inherited arguments before its own. */
    ArgumentsStart after(List<Object> inherited) {
        return inherited.isEmpty() ? this : new ArgumentsStart(function, joined(inherited, arguments));
    }

    ArgumentsStart and(List<Object> further) {
        return further.isEmpty() ? this : new ArgumentsStart(function, joined(arguments, further));
    }

    private static List<Object> joined(List<Object> first, List<Object> second) {
        List<Object> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    @Override
    public StartResult start(ProcessContext supervisor, @Nullable Object argument) throws Exception {
        return function.start(supervisor, argument == null ? arguments : and(List.of(argument)).arguments);
    }

    /**
     * The name of the function's class. The class of a lambda has a name of its own after that of the surrounding
     * class.
     */
    String module() {
        String name = function.getClass().getName();
        int lambda = name.indexOf("$$Lambda");
        return lambda < 0 ? name : name.substring(0, lambda);
    }

    /** Functions and arguments are foreign: their texts are bounded, and their {@code toString} may throw. */
    @Override
    public String toString() {
        return module() + texts(arguments);
    }

    static String texts(List<Object> arguments) {
        return arguments.stream().map(ForeignText::of).toList().toString();
    }
}
