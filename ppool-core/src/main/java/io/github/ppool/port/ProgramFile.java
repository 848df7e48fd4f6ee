package io.github.ppool.port;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Finds the file of a program, as a shell would. The PATH is that of the virtual machine, since the program need not
 * have one.
 */
final class ProgramFile {

    private ProgramFile() {}

    /**
     * Finds a program. Reads the file system.
     *
     * @return its name or path as the operating system takes it
     * @throws PortException if there is no such program, or it may not be run
     */
    static String find(String program, Path directory) throws PortException {
        if (!Files.isDirectory(directory)) {
            throw new PortException("the working directory " + directory + " does not exist", null);
        }
        if (Platform.IS_WINDOWS) {
            return program; // the system adds endings and folders of its own
        }
        if (program.indexOf('/') >= 0) {
            Path file = directory.resolve(program);
            requireRunnable(program, file);
            return file.toString();
        }
        return inPath(program);
    }

    private static void requireRunnable(String program, Path file) throws PortException {
        if (!Files.exists(file)) {
            throw new PortException("the program " + program + " does not exist", null);
        }
        if (Files.isDirectory(file) || !Files.isExecutable(file)) {
            throw new PortException("the program " + program + " may not be run: " + (Files.isDirectory(file)
                    ? "it is a directory"
                    : "it is not executable for this user"), null);
        }
    }

    private static String inPath(String program) throws PortException {
        String path = System.getenv("PATH");
        Path found = null;
        for (String folder : (path == null ? "/usr/bin:/bin" : path).split(File.pathSeparator, -1)) {
            Path file = file(folder, program);
            if (file != null && Files.isRegularFile(file)) {
                if (Files.isExecutable(file)) {
                    return file.toString();
                }
                found = file;
            }
        }
        throw new PortException(found == null
                ? "the program " + program + " does not exist: it is in no folder of the PATH of this virtual machine"
                : "the program " + program + " may not be run: " + found + " is not executable for this user", null);
    }

    /** Null for a folder that has no valid name, and for an empty one, which would be the current directory. */
    private static @Nullable Path file(String folder, String program) {
        try {
            return folder.isEmpty() ? null : Path.of(folder, program).toAbsolutePath();
        } catch (InvalidPathException none) {
            return null;
        }
    }
}
