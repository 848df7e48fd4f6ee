package io.github.ppool.supervisor;

/**
 * The message by which a supervisor reminds itself of a pending restart.
 *
 * @param child the child to restart
 * @param pending the restart; if the child has another one by now, the message comes too late and is ignored
 */
record RestartDue(Child child, Child.PendingRestart pending) {}
