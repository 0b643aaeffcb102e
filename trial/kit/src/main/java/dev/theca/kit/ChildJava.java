package dev.theca.kit;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Programs of ours in processes of their own, with the runtime and the classes of this one. */
public final class ChildJava {
  private ChildJava() {}

  /** The classes of this process, whether it has them as modules or not, and some more places. */
  public static String classPath(String... more) {
    return Stream.concat(
            Stream.of("jdk.module.path", "java.class.path", "surefire.test.class.path")
                .flatMap(name -> entries(System.getProperty(name, ""))),
            Arrays.stream(more))
        .filter(entry -> !entry.isEmpty())
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Stream<String> entries(String path) {
    return Arrays.stream(path.split(File.pathSeparator));
  }

  /** A command line: options of the runtime, the name of a class with a main method, arguments. */
  public static List<String> command(List<String> options, String main, String... arguments) {
    return command(classPath(), options, main, arguments);
  }

  /** The same with these classes. */
  public static List<String> command(
      String classPath, List<String> options, String main, String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(List.of(arguments));
    return command;
  }
}
