package io.github.ppool.supervisor;

import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.StartResult;
import java.util.List;

/**
 * Starts a child from a list of arguments, so that one function can start many children which differ in their
 * arguments. Stands for the module and the function of a start <code>{Module, Function, Args}</code>.
 *
 * <p>The arguments are, in this order: those of the supervisor's {@link ChildDefaults} if the child
 * {@linkplain ChildSpec#append() appends}, those of the child's own {@link ChildSpec}, and under
 * {@link Strategy#SIMPLE_ONE_FOR_ONE} the argument of
 * {@link Supervisor#startChild(Object)}, as one argument.
 *
 * <p>The function runs on the supervisor's process, with the rules of {@link ChildStart}. Unless the child names its
 * modules, the class of the function is the child's module; for a lambda that is the class in which the lambda is
 * written.
 */
@FunctionalInterface
public interface StartFunction {

    /**
     * Starts the child and links it to the supervisor, as {@link ProcessContext#startLink} does.
     *
     * @param supervisor the supervisor's process
     * @param arguments none or more, none of them null; the list can't be changed
     * @return what came of it
     * @throws Exception whatever it likes: the start has failed with that exception, or is
     *     {@linkplain io.github.ppool.process.StartLaterException tried again later}
     */
    StartResult start(ProcessContext supervisor, List<Object> arguments) throws Exception;
}
