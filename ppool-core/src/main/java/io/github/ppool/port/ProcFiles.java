package io.github.ppool.port;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.StringTokenizer;

/**
 * The data of Linux about processes, in {@code /proc}. Elsewhere, and where a file can't be read, all answers are
 * empty. Any thread; reads files that the kernel makes, and so does not wait for a disk.
 */
final class ProcFiles {

    private static final Path PROC = Path.of("/proc");
    private static final String PIPE = "pipe:";
    private static final int MOST_PROCESSES = 1_000;
    /** The words of {@code stat} between the name of the program and the time of its start. */
    private static final int WORDS_BEFORE_START = 19;

    private ProcFiles() {}

    /** The resident memory of a process and its descendants, in bytes; 0 if the platform does not tell. */
    static long residentBytes(long pid) {
        if (!Platform.IS_LINUX) {
            return 0;
        }
        long sum = 0;
        Deque<Long> left = new ArrayDeque<>(Set.of(pid));
        for (int i = 0; i < MOST_PROCESSES && !left.isEmpty(); i++) {
            long next = left.remove();
            sum += residentBytesAlone(next);
            left.addAll(children(next));
        }
        return sum;
    }

    private static long residentBytesAlone(long pid) {
        // VmRSS is in KiB on each machine; statm is in pages
        return status(PROC.resolve(Long.toString(pid)), "VmRSS:") * 1_024;
    }

    /** A number of the status of a process; 0 if there is none. */
    private static long status(Path process, String name) {
        for (String line : read(process.resolve("status")).split("\n")) {
            if (line.startsWith(name)) {
                StringTokenizer words = new StringTokenizer(line);
                words.nextToken();
                return number(words);
            }
        }
        return 0;
    }

    private static Set<Long> children(long pid) {
        Set<Long> children = new HashSet<>();
        StringTokenizer words = new StringTokenizer(read(PROC.resolve(pid + "/task/" + pid + "/children")));
        while (words.hasMoreTokens()) {
            children.add(number(words));
        }
        return children;
    }

    private static long number(StringTokenizer words) {
        try {
            return words.hasMoreTokens() ? Long.parseLong(words.nextToken()) : 0;
        } catch (NumberFormatException none) {
            return 0;
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException | RuntimeException | Error gone) {
            return "";
        }
    }

    /** The pipes of a process's standard streams, as the kernel names them. */
    static Set<String> pipes(long pid) {
        Set<String> pipes = new HashSet<>();
        for (int stream = 0; Platform.IS_LINUX && stream <= 2; stream++) {
            String target = target(PROC.resolve(pid + "/fd/" + stream));
            if (target.startsWith(PIPE)) {
                pipes.add(target);
            }
        }
        return pipes;
    }

    /**
     * The time of the start of a process, in ticks since that of the machine; 0 if the platform does not tell, or the
     * process has ended.
     */
    static long startTicks(long pid) {
        return Platform.IS_LINUX ? startTicks(PROC.resolve(Long.toString(pid))) : 0;
    }

    private static long startTicks(Path process) {
        String stat = read(process.resolve("stat"));
        // the name of the program stands in brackets and may have any characters
        StringTokenizer words = new StringTokenizer(stat.substring(stat.lastIndexOf(')') + 1));
        for (int i = 0; i < WORDS_BEFORE_START && words.hasMoreTokens(); i++) {
            words.nextToken();
        }
        return number(words);
    }

    /**
     * The other processes that have one of these pipes open, without those that this virtual machine is starting. Looks
     * at all processes that are not older: some milliseconds.
     *
     * @param since the {@link #startTicks} of the program: its descendants are younger
     */
    static Set<Long> holders(Set<String> pipes, long since) {
        Set<Long> holders = new HashSet<>();
        if (pipes.isEmpty()) {
            return holders;
        }
        long own = ProcessHandle.current().pid();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (pid != own && startTicks(process) >= since && holdsOne(process, pipes)
                        && !isStarting(process, own)) {
                    holders.add(pid);
                }
            }
        } catch (IOException | RuntimeException unreadable) {
            return holders;
        }
        return holders;
    }

    private static boolean holdsOne(Path process, Set<String> pipes) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : open) {
                if (pipes.contains(target(file))) {
                    return true;
                }
            }
        } catch (IOException | RuntimeException ofAnotherUser) {
            return false;
        }
        return false;
    }

    /**
     * Whether a process is one that this virtual machine has forked and that has not become its program yet. Until then
     * it has all pipes of the virtual machine.
     */
    private static boolean isStarting(Path process, long own) {
        String program = target(process.resolve("exe"));
        return program.contains("/jspawnhelper")
                || (program.equals(target(PROC.resolve(own + "/exe"))) && status(process, "PPid:") == own);
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException | RuntimeException gone) {
            return "";
        }
    }
}
