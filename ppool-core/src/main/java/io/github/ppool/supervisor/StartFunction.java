package io.github.ppool.supervisor;

import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.StartResult;
import java.util.List;

/**
 * Starts a child from a list of arguments, so that one function can start many children that differ in their arguments.
 * Stands for the module and the function of a start <code>{Module, Function, Args}</code>.
 *
 * <p>The order of the arguments is: those of the supervisor's {@link ChildDefaults} if the child {@linkplain
 * ChildSpec#append() appends}, then those of the child's own {@link ChildSpec}. Under {@link
 * Strategy#SIMPLE_ONE_FOR_ONE} the argument of {@link Supervisor#startChild(Object)} follows as one argument.
 *
 * <p>The function runs on the supervisor's process, with the rules of {@link ChildStart}. Unless the child names its
 * modules, the class of the function is its module; for a lambda that is the surrounding class.
 */
@FunctionalInterface
public interface StartFunction {

    /**
     * Starts the child and links it to the supervisor, as {@link ProcessContext#startLink} does.
     *
     * @param supervisor the operations of the supervisor's process
     * @param arguments none or more, none of them null; the list is unmodifiable
     * @return the outcome of the start
     * @throws Exception any exception: the start has failed with it, or is {@linkplain
     *     io.github.ppool.process.StartLaterException tried again later}
     */
    StartResult start(ProcessContext supervisor, List<Object> arguments) throws Exception;
}
