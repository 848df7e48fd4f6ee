package io.github.ppool.process;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The groups of a system's processes. Only members of a group are in the table, from their launch to the end of their
 * thread, so a system without groups pays one read for each spawn. Any thread.
 */
final class ProcessGroups {

    private final ConcurrentHashMap<Pid, Object> byProcess = new ConcurrentHashMap<>();
    private volatile boolean everUsed;

    /** True if a process of the system has ever been a member of a group. */
    boolean everUsed() {
        return everUsed;
    }

    /** The group of a process; null if it has none. */
    @Nullable
    Object of(Pid process) {
        return everUsed ? byProcess.get(process) : null;
    }

    /** Puts a process into a group, or takes it out of its group if that is null. */
    void put(Pid process, @Nullable Object group) {
        if (group != null) {
            everUsed = true;
            byProcess.put(process, group);
        } else {
            left(process);
        }
    }

    /** The thread of a process has ended, or was never started. */
    void left(Pid process) {
        if (everUsed) {
            byProcess.remove(process);
        }
    }

    /** The members of a group in the order of their spawns. */
    List<Pid> members(Object group) {
        return byProcess.entrySet().stream()
                .filter(member -> member.getValue().equals(group))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }
}
